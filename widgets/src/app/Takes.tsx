/** What the cohort takes of its members, in words, and where that is changed. */

import { Popup } from "../left/Popup.tsx";
import { t } from "../left/text.ts";
import type { Ask, HeadData } from "./wire.ts";

interface Props {
  data: HeadData;
  ask: (what: Ask) => void;
}

export function Takes({ data, ask }: Props) {
  const taken = data.takes.find(({ value }) => value === data.select)?.title ?? "";
  return (
    <p class="sub takes">
      {t("The cohort takes %1.", taken)}{" "}
      <Popup
        class="a"
        role="dialog"
        align="left"
        label={t("Change what the cohort takes")}
        title={t("Which series of these patients the cohort takes")}
        button={t("Change")}
      >
        {() => <Choices data={data} ask={ask} />}
      </Popup>
    </p>
  );
}

function Choices({ data, ask }: Props) {
  const choice = (select: string, title: string, note: string) => (
    <label class="choice">
      <input
        type="radio"
        name="select"
        value={select}
        checked={data.select === select}
        onChange={() => ask({ kind: "select", select })}
      />
      <span>
        {title}
        <span class="s q">{note}</span>
      </span>
    </label>
  );
  return (
    <fieldset class="choices">
      <legend>{t("Of these patients, take")}</legend>
      {choice("matching", t("the series that meet the rule"), t("all original images where the rule names none"))}
      {choice("images", t("all original images"), t("no segmentations, reports or other derived objects"))}
      {choice("all", t("every series"), t("derived objects too"))}
      <hr />
      <label class="choice">
        <input
          type="checkbox"
          name="derived"
          checked={data.derived === "linked"}
          disabled={data.select === "all"}
          onChange={(event) => ask({ kind: "derived", derived: event.currentTarget.checked ? "linked" : "none" })}
        />
        <span>
          {t("Segmentations and annotations of what is taken, too")}
          <span class="s q">{t("where the snapshot says which image they were drawn on")}</span>
        </span>
      </label>
    </fieldset>
  );
}
