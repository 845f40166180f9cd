/** Text to words and back, by the checkpoint's own `tokenizer.json`. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Tokenizer } from '@huggingface/tokenizers';
import { DataError, messageOf } from '../runtime/errors.ts';
import { type LlamaConfig, readJson } from './config.ts';

export interface Words {
  /** `special`: with the words that the tokenizer itself puts before or after a text, such as BOS. */
  encode(text: string, special?: boolean): number[];
  decode(words: readonly number[]): string;
}

/** @throws DataError TDSL0570 (missing), TDSL0571 (damaged, or for a model with fewer words) */
export function readTokenizer(folder: string, config: Pick<LlamaConfig, 'words'>): Words {
  const path = join(folder, 'tokenizer.json');
  const options = join(folder, 'tokenizer_config.json');
  const description = readJson(path);
  let tokenizer: Tokenizer;
  let most = -1;
  try {
    tokenizer = new Tokenizer(description, existsSync(options) ? readJson(options) : {});
    for (const id of tokenizer.get_vocab(true).values()) most = Math.max(most, id);
  } catch (cause) {
    throw new DataError('TDSL0571', path, `is no tokenizer that is understood: ${messageOf(cause)}`, 'copy or download tokenizer.json again');
  }
  if (most < 0) throw new DataError('TDSL0571', path, 'has no words', 'copy or download tokenizer.json again');
  if (most >= config.words) {
    throw new DataError('TDSL0571', path, `has words up to number ${most}, and the model has ${config.words}: they do not belong together`, 'take tokenizer.json and the weights from the same checkpoint');
  }
  return {
    encode(text, special = false) {
      const { ids } = tokenizer.encode(text, { add_special_tokens: special });
      const bad = ids.findIndex((id: unknown) => typeof id !== 'number' || id < 0 || id >= config.words);
      if (bad >= 0) throw new DataError('TDSL0571', path, `gives no word for a part of the text (word ${bad} of it)`, 'take tokenizer.json and the weights from the same checkpoint');
      return ids;
    },
    decode: (words) => tokenizer.decode([...words], { skip_special_tokens: true, clean_up_tokenization_spaces: false }),
  };
}
