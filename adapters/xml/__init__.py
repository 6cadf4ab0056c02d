"""Read XML messages of any layout into flat tables, fast and with flat memory.

`source` finds the encoding and gives UTF-8 blocks; `blocks` has expat prove that they are
well-formed and cuts them where a tag begins; `events` turns a block into one row per element;
`collect` gathers records and cells over all blocks; `assemble` makes the tables; `form` looks at
their values.
"""
