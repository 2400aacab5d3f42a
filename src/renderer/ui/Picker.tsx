import { Autocomplete } from '@base-ui/react/autocomplete'
import { Search } from 'lucide-react'
import { useState, type ReactNode, type RefObject } from 'react'
import css from './Picker.module.css'
import { rowAction } from './Row.tsx'

export interface PickerItem {
  id: string
  /** What is typed to find it, and what is read out. */
  name: string
  row: ReactNode
  onChoose: () => void
}

export interface PickerGroup {
  title: string
  items: readonly PickerItem[]
}

export interface PickerProps {
  label: string
  placeholder: string
  query: string
  onQuery: (query: string) => void
  /** Already narrowed down by the query; groups without items are not shown. */
  groups: readonly PickerGroup[]
  /** Instead of the groups, when none has an item. */
  empty: ReactNode
  inputRef?: RefObject<HTMLInputElement | null>
}

/** Type to narrow down, arrow keys to choose, Enter to open: one field and the list it rules. */
export function Picker({ label, placeholder, query, onQuery, groups, empty, inputRef }: PickerProps): ReactNode {
  const shown = groups.filter((group) => group.items.length > 0)
  // A pointer that rests where the list appears, or moves under, has chosen nothing.
  const [isPointed, setPointed] = useState(false)
  return (
    <Autocomplete.Root
      open
      inline
      mode="none"
      items={shown}
      value={query}
      onValueChange={(next, { reason }) => {
        // Choosing an item would write its name into the field.
        if (reason === 'item-press') return
        setPointed(false)
        onQuery(next)
      }}
      itemToStringValue={(item: PickerItem) => item.name}
      autoHighlight="always"
      keepHighlight
      highlightItemOnHover={isPointed}
    >
      <div className={css.field}>
        <Search aria-hidden="true" />
        <Autocomplete.Input
          ref={inputRef}
          className={css.input}
          aria-label={label}
          placeholder={placeholder}
          autoComplete="off"
          spellCheck={false}
        />
      </div>
      <Autocomplete.Empty className={css.empty}>{shown.length === 0 ? empty : null}</Autocomplete.Empty>
      <Autocomplete.List
        className={css.list}
        aria-label={label}
        onMouseMove={({ movementX, movementY }) => (movementX !== 0 || movementY !== 0) && setPointed(true)}
      >
        {(group: PickerGroup) => (
          <Autocomplete.Group key={group.title} items={group.items}>
            <Autocomplete.GroupLabel className={css.title}>{group.title}</Autocomplete.GroupLabel>
            <Autocomplete.Collection>
              {(item: PickerItem) => (
                <Autocomplete.Item key={item.id} value={item} className={rowAction} onClick={item.onChoose}>
                  {item.row}
                </Autocomplete.Item>
              )}
            </Autocomplete.Collection>
          </Autocomplete.Group>
        )}
      </Autocomplete.List>
    </Autocomplete.Root>
  )
}
