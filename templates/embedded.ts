/** Written by src/build/embed-templates.ts from the .hbs files beside it; change those. */
export const templates = {
  "cpu/file": "{{{header}}}\n\n{{{functions}}}{{{kernels}}}\n",
  "cpu/kernel": "export function {{name}}({{{parameters}}}) {\n{{{body}}}\n}\n",
  "cuda/file": "{{{header}}}\n\n{{{functions}}}{{{kernels}}}\n",
  "cuda/kernel": "extern \"C\" __global__ void {{cluster}}__launch_bounds__({{threads}}) {{name}}({{{parameters}}}) {\n{{{body}}}\n}\n",
  "wgsl/file": "{{{header}}}\n\n{{{functions}}}{{{kernels}}}\n",
  "wgsl/kernel": "{{{declarations}}}\n@compute @workgroup_size({{threads}})\nfn {{name}}({{{parameters}}}) {\n{{{body}}}\n}\n",
} as const;
export type TemplateName = keyof typeof templates;
