import type { Rows } from '../row.ts'

const message = ({ text }: { text: string }): string => text

/** Devices and data files. The runtime throws these (`runtime/errors.ts`); the command line shows them as diagnostics. */
export const runtimeRows = {
  TDSL0551: {
    severity: 'error',
    message,
    explain: `\`webgpu\` (for the target wgsl) and \`koffi\` (for cuda) are optional packages. npm leaves them out where they do not fit the machine or where
optional packages are switched off:

  npm install webgpu koffi

The target cpu needs neither.`,
  },
  TDSL0552: {
    severity: 'error',
    message,
    explain: `No driver, or no device that it offers. \`tdsl targets\` lists what this machine has. Without a GPU the target cpu runs everything, wgsl runs on a
software Vulkan driver, and \`--target cuda --device shim\` runs the CUDA text on the processor, given g++.`,
  },
  TDSL0553: {
    severity: 'error',
    message,
    explain: `The driver is older than what the kernel's code needs. Update the driver, or compile for an older architecture.`,
  },
  TDSL0554: {
    severity: 'error',
    message,
    explain: `CUDA text is compiled on the machine that runs it, by NVRTC (libnvrtc of the CUDA toolkit) or by nvcc. Neither was found. Set CUDA_HOME to the toolkit's
folder, or put nvcc on the path. The shim needs g++.`,
  },
  TDSL0555: {
    severity: 'error',
    message,
    explain: `The kernel uses something that this device does not have, for example f16 arithmetic or a newer architecture. Compile for another target, or run on
another device.`,
  },
  TDSL0556: {
    severity: 'error',
    message,
    explain: `The device's own compiler refused the text. For text that tdsl emitted and nobody changed this is a bug of tdsl: please report it with the messages.`,
  },
  TDSL0557: {
    severity: 'error',
    message,
    explain: `A buffer, a binding or a grid is larger than the device allows. Use smaller sizes, split the tensor, or run on another device.`,
  },
  TDSL0558: {
    severity: 'error',
    message,
    explain: `The device has not enough free memory for the tensors of this run. Use smaller sizes, or free memory that other programs hold.`,
  },
  TDSL0559: {
    severity: 'error',
    message,
    explain: `Buffers or sizes of a launch do not fit the kernel's launch description in the manifest.`,
  },
  TDSL0560: {
    severity: 'error',
    message,
    explain: `The device was closed, or the driver took it away: a kernel that runs too long or a driver update does that. Open it again.`,
  },
  TDSL0561: {
    severity: 'error',
    message,
    explain: `A call to the device's driver failed. The message holds what the driver said.`,
  },
  TDSL0570: {
    severity: 'error',
    message,
    explain: `A tensor file does not exist or cannot be read.`,
  },
  TDSL0571: {
    severity: 'error',
    message,
    explain: `A tensor file is damaged: its header cannot be read, or it holds fewer bytes than its header says.`,
  },
  TDSL0572: {
    severity: 'error',
    message,
    explain: `A tensor file holds something that is not supported: another file format, an element type without counterpart, Fortran order.`,
  },
  TDSL0573: {
    severity: 'error',
    message,
    explain: `A file could not be written: the disk is full, or the folder does not allow it. Files are written under a temporary name and renamed, so what was there
before is untouched.`,
  },
} satisfies Rows<'05'>
