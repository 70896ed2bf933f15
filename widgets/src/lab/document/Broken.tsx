/** What is wrong with a cohort file and where, and two ways on. */

import { t } from "../../left/text.ts";
import type { Trouble } from "./DocumentSync.ts";

interface Props {
  name: string;
  text: string;
  trouble: Trouble;
  openText: () => void;
  check: () => void;
}

const AROUND = 3;
const LONGEST = 200;

export function Broken({ name, text, trouble, openText, check }: Props) {
  return (
    <div class="cxf-broken" role="alert">
      <div class="cxf-say">
        <h2>{t("%1 is not a cohort that can be opened", name)}</h2>
        <p class="cxf-problem">{trouble.message}</p>
        <p>{where(trouble)}</p>
        <Lines text={text} trouble={trouble} />
        <button type="button" class="jp-Button jp-mod-styled jp-mod-accept" onClick={openText}>
          {t("Open as text")}
        </button>
        <button type="button" class="jp-Button jp-mod-styled" onClick={check}>
          {t("Check again")}
        </button>
      </div>
    </div>
  );
}

export function where({ path, line, column }: Trouble): string {
  const part = path ? t("at %1", path) : "";
  const place = line === null ? "" : t("line %1, column %2", line, column ?? 1);
  const said = [place, part].filter(Boolean).join(", ");
  return said ? t("Where: %1", said) : t("The file as a whole is meant.");
}

function Lines({ text, trouble }: { text: string; trouble: Trouble }) {
  if (trouble.line === null) return null;
  const shown = linesAround(text, trouble.line, trouble.column ?? 1);
  return (
    <pre>
      {shown.map(({ number, before, wrong, after }) => (
        <div key={number} class={number === trouble.line ? "cxf-wrong" : undefined}>
          <span>{number}</span>
          <code>
            {before}
            {wrong && <mark>{wrong}</mark>}
            {after}
          </code>
        </div>
      ))}
    </pre>
  );
}

interface Line {
  number: number;
  before: string;
  wrong: string;
  after: string;
}

/** The line of the trouble with its neighbours, the wrong word apart; long lines are cut around it. */
export function linesAround(text: string, line: number, column: number): Line[] {
  const lines = text.split(/\r?\n/);
  const first = Math.max(1, line - AROUND);
  return lines.slice(first - 1, line + AROUND).map((whole, i) => {
    const number = first + i;
    if (number !== line) return { number, before: cut(whole), wrong: "", after: "" };
    const at = Math.min(column - 1, whole.length);
    const wrong = /^("(?:[^"\\]|\\.)*"?|[^\s,:[\]{}]+|.)/u.exec(whole.slice(at))?.[0] ?? " ";
    const before = whole.slice(0, at);
    return {
      number,
      before: before.length > LONGEST / 2 ? `…${before.slice(-LONGEST / 2)}` : before,
      wrong: cut(wrong),
      after: cut(whole.slice(at + wrong.length)),
    };
  });
}

function cut(text: string): string {
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}
