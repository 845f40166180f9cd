import { choices, type Rows } from '../row.ts'

/** What can be wrong with checkpoints, tokenizers and prompts. */
export const modelCodes = {
  TDSL0530: {
    severity: 'error',
    message: ({ file, name, similar }: { file: string; name: string; similar: readonly string[] }) =>
      name === '' ? `${file} may hold many tensors; name one behind a colon: ${file}:NAME` : `${file} holds no tensor \`${name}\`${similar.length === 0 ? '' : `; did you mean ${choices(similar)}?`}`,
    explain: `A tensor of a .safetensors file is named after a colon: --in W=model.safetensors:model.layers.0.mlp.up_proj.weight`,
  },
  TDSL0531: {
    severity: 'error',
    message: ({ prompt, more, context }: { prompt: number; more: number; context: number }) =>
      `the prompt has ${prompt} tokens and ${more} more are asked for, ${prompt + more - context} over the model's context of ${context}; shorten the prompt${more > 1 ? ', or ask for fewer with --max-tokens' : ''}`,
    explain: `A model reads at most as many tokens as its config.json gives in max_position_embeddings. Shorten the prompt, or ask for fewer with --max-tokens.`,
  },
  TDSL0532: {
    severity: 'error',
    message: ({ folder, device, reason }: { folder: string; device: string; reason: string }) => `${folder} cannot run on ${device}: ${reason}`,
    explain: `The weights, the cache and what a run needs must fit the device's memory, and each tensor one of its buffers. A shorter prompt or window needs a smaller cache.`,
  },
  TDSL0533: {
    severity: 'error',
    message: ({ file, tokens, window }: { file: string; tokens: number; window: number }) => `${file} has ${tokens} tokens, too few for one window of ${window}; give a longer text or a smaller --window`,
    explain: `Perplexity is measured in whole windows. Give a longer text or a smaller --window.`,
  },
} satisfies Rows<'05'>
