/** A bar of the attrition. */

import { shareOf, type Count } from "../../left/protected.ts";

interface Props {
  n: Count;
  of: Count;
  reference?: boolean;
}

/** A short hatched bar where its length is not told. */
export function Bar({ n, of, reference = false }: Props) {
  const kind = reference ? "g" : "";
  if (n === null) return <i class={`${kind} few`} />;
  return <i class={kind} style={{ width: `${100 * (shareOf(n, of) ?? 0)}%` }} />;
}
