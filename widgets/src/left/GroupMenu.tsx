/** What can be done with a criteria group. */

import { LEVELS, type Card } from "./groups.ts";
import { Icon } from "./icons.tsx";
import { LEVEL_NAMES } from "./Levels.tsx";
import { MenuItem, Popup } from "./Popup.tsx";
import type { Store } from "./store.ts";
import { t } from "./text.ts";

interface Props {
  store: Store;
  card: Card;
  siblings: number;
}

export function GroupMenu({ store, card, siblings }: Props) {
  const { name } = card;
  const level = LEVEL_NAMES[card.same]();
  return (
    <Popup label={t("Group menu")} button={<Icon name="dots" />} class="btn icon sm" role="menu">
      {(close) => {
        const item = (text: string, act: () => void, disabled = false, checked?: boolean) => (
          <MenuItem
            key={text}
            disabled={disabled}
            checked={checked}
            onChoose={() => {
              act();
              close();
            }}
          >
            {text}
          </MenuItem>
        );
        return (
          <>
            {card.draft
              ? null
              : LEVELS.map((same) =>
                  item(
                    t("In the same %1", LEVEL_NAMES[same]()),
                    () => {
                      if (LEVEL_NAMES[same]() !== level) store.send({ kind: "level", group: name, same });
                    },
                    false,
                    same === card.same,
                  ),
                )}
            {card.draft ? null : <hr />}
            {item(t("Duplicate"), () => store.send({ kind: "group-duplicate", group: name }), card.draft)}
            {item(card.side === "include" ? t("Make it exclude") : t("Make it include"), () =>
              store.send({ kind: "group-flip", group: name }),
            )}
            {item(
              t("Move up"),
              () => store.send({ kind: "group-move", group: name, by: -1 }),
              card.draft || card.index === 0,
            )}
            {item(
              t("Move down"),
              () => store.send({ kind: "group-move", group: name, by: 1 }),
              card.draft || card.index >= siblings - 1,
            )}
            <hr />
            {item(t("Delete group"), () => store.send({ kind: "group-delete", group: name }))}
          </>
        );
      }}
    </Popup>
  );
}
