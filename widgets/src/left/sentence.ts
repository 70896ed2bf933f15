/** The sentence with the words that the reader chose marked: each leads to the filter that it is about. */

import { phrase, type Card, type Criterion } from "./groups.ts";
import type { Facet, GroupName } from "./wire.ts";

export interface Part {
  text: string;
  /** Of a marked word: what it is about. */
  facet?: string;
  group?: GroupName;
}

interface Span {
  from: number;
  to: number;
  facet: string;
  group: GroupName;
}

const WORD = /[\p{L}\p{N}]/u;

/** The sentence in parts; a word that is not found, since Python worded it another way, stays plain. */
export function partsOf(sentence: string, cards: readonly Card[], facets: readonly Facet[]): Part[] {
  const wanted = cards.flatMap((card) =>
    card.where.flatMap((criterion) => {
      const facet = facets.find(({ name }) => name === criterion.facet);
      return wordsOf(criterion, facet).map((word) => ({ word, facet: criterion.facet, group: card.name }));
    }),
  );
  const spans: Span[] = [];
  // The longest first, so that "Breast Cancer" is not taken for "Breast".
  for (const { word, facet, group } of wanted.sort((a, b) => b.word.length - a.word.length)) {
    const from = findWord(sentence, word, spans);
    if (from >= 0) spans.push({ from, to: from + word.length, facet, group });
  }
  const parts: Part[] = [];
  let end = 0;
  for (const { from, to, facet, group } of spans.sort((a, b) => a.from - b.from)) {
    if (from > end) parts.push({ text: sentence.slice(end, from) });
    parts.push({ text: sentence.slice(from, to), facet, group });
    end = to;
  }
  if (end < sentence.length) parts.push({ text: sentence.slice(end) });
  return parts;
}

function wordsOf(criterion: Criterion, facet: Facet | undefined): string[] {
  if (criterion.is_in) return criterion.is_in.filter((value) => value !== null && value !== "").map(String);
  return phrase(criterion, facet)
    .filter((part) => !part.missing)
    .map((part) => part.text);
}

/** Where the word stands by itself, outside the words found before; -1 for nowhere. */
function findWord(sentence: string, word: string, taken: readonly Span[]): number {
  for (let from = sentence.indexOf(word); from >= 0; from = sentence.indexOf(word, from + 1)) {
    const to = from + word.length;
    const alone = !WORD.test(sentence[from - 1] ?? "") && !WORD.test(sentence[to] ?? "");
    if (alone && !taken.some((span) => from < span.to && span.from < to)) return from;
  }
  return -1;
}
