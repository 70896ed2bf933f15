/** The style sheets of the facet list, as one text: it has to live inside a shadow root too. */

import compact from "./compact.css?inline";
import filters from "./filters.css?inline";
import frame from "./frame.css?inline";
import narrow from "./narrow.css?inline";
import popup from "./popup.css?inline";
import protectedCounts from "./protected.css?inline";
import ranges from "./ranges.css?inline";
import rule from "./rule.css?inline";

export const css = [frame, rule, filters, ranges, popup, narrow, compact, protectedCounts].join("");
