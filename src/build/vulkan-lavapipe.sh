#!/bin/sh
# Unpacks lavapipe, Mesa's Vulkan driver for the processor, into the folder $1 and writes $1/lvp.json.
# Debian 12 only: its own Mesa 22.3 is refused by WebGPU, the backports' 25.0 is taken. The stock package is installed for
# the libraries it brings, the newer driver is unpacked beside it, so that nothing of the system is upgraded.
set -eu
out=$(mkdir -p "$1" && cd "$1" && pwd)
packages="libvulkan1 mesa-vulkan-drivers"

if ! dpkg -s $packages >/dev/null 2>&1; then
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $packages >/dev/null
fi

# The address of the archive comes from the machine's own settings; a separate lists folder keeps them as they are.
base=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Codename: bookworm' | head -1)
test -n "$base" || { echo "no bookworm archive is configured" >&2; exit 1; }
mkdir -p "$out/apt/lists/partial" "$out/apt/cache/archives/partial"
echo "deb $base bookworm-backports main" > "$out/apt/sources.list"
apt() {
  apt-get -o Dir::Etc::sourcelist="$out/apt/sources.list" -o Dir::Etc::sourceparts=- -o Dir::State::lists="$out/apt/lists" \
    -o Dir::Cache="$out/apt/cache" -o APT::Sandbox::User=root "$@"
}
apt update -qq
cd "$out"
apt download -qq mesa-vulkan-drivers/bookworm-backports
dpkg-deb -x mesa-vulkan-drivers_*.deb unpacked
rm -rf mesa-vulkan-drivers_*.deb apt

driver=$(find "$out/unpacked/usr/lib" -name libvulkan_lvp.so | head -1)
test -n "$driver" || { echo "the package holds no lavapipe" >&2; exit 1; }
# Last and by renaming: the file's presence says that all is there.
printf '{"ICD":{"api_version":"1.4.305","library_path":"%s"},"file_format_version":"1.0.0"}\n' "$driver" > "$out/lvp.json.new"
mv "$out/lvp.json.new" "$out/lvp.json"
