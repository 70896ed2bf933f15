/** The style sheets of the facet list, as one text: it has to live inside a shadow root too. */

import compact from "./compact.css?inline";
import editor from "./editor.css?inline";
import facets from "./facets.css?inline";
import filters from "./filters.css?inline";
import frame from "./frame.css?inline";
import narrow from "./narrow.css?inline";
import popup from "./popup.css?inline";
import protectedCounts from "./protected.css?inline";
import ranges from "./ranges.css?inline";
import rule from "./rule.css?inline";

export const css = [frame, rule, filters, facets, ranges, popup, editor, narrow, compact, protectedCounts].join("");
