/** The definition as words, Python, JSON and SQL, each to be copied. */

import { useState } from "preact/hooks";
import { toClipboard } from "./clipboard.ts";
import { Icon } from "../left/icons.tsx";
import { t } from "../left/text.ts";
import type { CodeBlock, CodeData } from "./wire.ts";

export function Code({ data }: { data: CodeData }) {
  return (
    <div class="code">
      {data.columns.map((blocks, index) => (
        <div key={index}>
          {blocks.map((block) => (
            <Block key={block.title} block={block} />
          ))}
        </div>
      ))}
    </div>
  );
}

function Block({ block }: { block: CodeBlock }) {
  return (
    <section data-block={block.title}>
      <div class="row">
        <h3>{t(block.title)}</h3>
        <span class="s q clip">{block.note}</span>
        <span class="sp" />
        <Copy text={block.text} what={t(block.title)} />
      </div>
      {block.words ? <p class="words">{block.text}</p> : <pre tabIndex={0}>{block.text}</pre>}
    </section>
  );
}

function Copy({ text, what }: { text: string; what: string }) {
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await toClipboard(text);
    setCopied(true);
    setTimeout(() => setCopied(false), 1600);
  };
  return (
    <button class="btn sm" onClick={() => void copy()} aria-label={t("Copy %1", what)}>
      <Icon name={copied ? "check" : "copy"} />
      {copied ? t("Copied") : t("Copy")}
    </button>
  );
}
