import { choices, type Rows } from '../row.ts'

/** What can be wrong with checkpoints, tokenizers and prompts. */
export const modelCodes = {
  TDSL0530: {
    severity: 'error',
    message: ({ file, name, similar }: { file: string; name: string; similar: readonly string[] }) =>
      `${file} holds no tensor \`${name}\`${similar.length === 0 ? '' : `; did you mean ${choices(similar)}?`}`,
    explain: `A tensor of a .safetensors file is named after a colon: --in W=model.safetensors:model.layers.0.mlp.up_proj.weight`,
  },
} satisfies Rows<'05'>
