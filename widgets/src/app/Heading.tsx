/** What stands over a chart: its name, what its numbers are, and what a reader could get wrong. */

import { Icon } from "../left/icons.tsx";
import type { HeadingData } from "./wire.ts";

export function Heading({ data }: { data: HeadingData }) {
  return (
    <div class="heading">
      <div class="row">
        <h3>{data.title}</h3>
        <span class="s q clip">{data.note}</span>
      </div>
      {data.warning && (
        <p class="warnline">
          <Icon name="warn" />
          <span>{data.warning}</span>
        </p>
      )}
    </div>
  );
}
