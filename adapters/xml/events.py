"""One row per element of a block: where it stands, its line, its text.

Columns of `Elements.opened`, in document order: `event` (a running number over all tags of the
file), `line`, `name` (as written), `depth`, `key` (the packed path, see `nodes`; negative where the
layout has no such name at that place) and `text` (white space around it removed).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import polars as pl

from adapters.xml.blocks import LOST_BREAK, Block
from adapters.xml.nodes import BITS, LEVELS, UNKNOWN, Node, Nodes

WHITE_SPACE = " \t\r\n"
_TAG = r"""^((?:[^>"']|"[^"]*"|'[^']*')*)>((?s:.*))$"""
_NAME = r"^/?([^\s/]+)"
_PATH = {"depth": pl.Int32, "code": pl.Int64}
_REFERENCE = re.compile(r"&(#x[0-9A-Fa-f]+|#[0-9]+|lt|gt|amp|quot|apos);")
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"', "apos": "'"}


@dataclass(frozen=True, slots=True)
class Elements:
    """The elements of one block.

    `opened` is described in the module. `stray` are the texts that follow an end tag (event, line,
    text, depth of the element around it); `decorated` the start tags with attributes or a prefix (line, tag).
    """

    opened: pl.DataFrame
    stray: pl.DataFrame
    decorated: pl.DataFrame

    def down_to(self, depth: int) -> Elements:
        """Leave out what stands deeper."""
        within = pl.col("depth") <= depth
        return Elements(self.opened.filter(within), self.stray.filter(within), self.decorated)


class ElementReader:
    """Turns blocks into rows, keeping what one block needs to know of those before it."""

    def __init__(self, nodes: Nodes) -> None:
        self._codes = nodes.names
        self._path = pl.DataFrame(schema=_PATH)
        self._depth = 0
        self._last = 0
        self.events = 0
        self.deepest = 0

    def inside(self, node: Node) -> bool:
        """Tell whether the last block that was read ended inside an element of `node`."""
        around = BITS * (LEVELS - node.depth)
        return self._depth >= node.depth and self._last >> around == node.key >> around

    def read(self, tokens: pl.DataFrame) -> Elements:
        """Give the elements that start in the next block, as `tokenise` cut it."""
        tags = self._tags(tokens)
        own = pl.when("empty").then(pl.lit("")).otherwise(pl.col("text"))
        opened = tags.filter("opens").with_columns(own.alias("text"))
        after = (~pl.col("opens") | pl.col("empty")) & (pl.col("text").str.len_bytes() > 0)
        decorated = pl.col("opens") & (pl.col("attributes") | pl.col("name").str.contains(":", literal=True))
        return Elements(
            self._with_keys(opened),
            tags.filter(after).select("event", "line", "text", pl.col("depth") - pl.col("empty").cast(pl.Int32)),
            tags.filter(decorated).select("line", "tag"),
        )

    def _tags(self, tokens: pl.DataFrame) -> pl.DataFrame:
        frame = tokens.with_row_index("event", offset=self.events).with_columns(pl.col("event").cast(pl.Int64))
        self.events += frame.height
        return self._nested(self._named(frame))

    def _named(self, frame: pl.DataFrame) -> pl.DataFrame:
        known = frame.get_column("known").cast(pl.Int64)
        plain = pl.lit(value=False)
        frame = frame.with_columns(
            (known + 1).alias("code"),
            (known < len(self._codes)).alias("opens"),
            pl.col("tag").alias("name"),
            plain.alias("empty"),
            plain.alias("attributes"),
        )
        if known.null_count() == 0:
            return frame
        # Few tags are not plain ones of the layout; only they are taken apart.
        odd = known.is_null().arg_true()
        looked = self._looked_into(frame.get_column("tag").gather(odd))
        return frame.with_columns(
            frame.get_column(name).scatter(odd, looked.get_column(name)) for name in looked.columns
        )

    def _looked_into(self, tags: pl.Series) -> pl.DataFrame:
        """Take apart tags that are not plain ones of the layout."""
        tag = pl.col("tag")
        name = tag.str.extract(_NAME)
        local = name.str.replace(r"^[^:]*:", "")
        return tags.to_frame("tag").select(
            local.replace_strict(self._codes, default=UNKNOWN, return_dtype=pl.Int64).alias("code"),
            (~tag.str.starts_with("/")).alias("opens"),
            name.alias("name"),
            tag.str.ends_with("/").alias("empty"),
            tag.str.contains(r"^[^\s/]+\s+[^\s/]").alias("attributes"),
        )

    def _nested(self, frame: pl.DataFrame) -> pl.DataFrame:
        step = pl.when(pl.col("empty")).then(0).when(pl.col("opens")).then(1).otherwise(-1).cast(pl.Int32)
        frame = frame.with_columns((step.cum_sum() + self._depth).alias("depth"))
        if frame.height:
            self._depth = frame.item(-1, "depth")
        return frame.with_columns(pl.col("depth") + pl.col("empty").cast(pl.Int32))

    def _with_keys(self, opened: pl.DataFrame) -> pl.DataFrame:
        """Pack the names from the root down to each element into its key."""
        if opened.height:
            self.deepest = max(self.deepest, opened.select(pl.col("depth").max()).item())
        columns = ["depth", "code"]
        nested = pl.concat([self._path, opened.select(columns)])
        levels = []
        for level in range(LEVELS):
            here = pl.when(pl.col("depth") == level + 1).then(pl.col("code")).forward_fill()
            levels.append(
                pl.when(pl.col("depth") > level).then(here * (1 << (BITS * (LEVELS - 1 - level)))).otherwise(0)
            )
        keys = nested.select("depth", pl.sum_horizontal(levels).alias("key"))
        near = keys.filter(pl.col("depth") <= LEVELS)
        if near.height:
            self._last = near.item(-1, "key")
            self._path = _path_of(self._last)
        key = keys.select(pl.when(pl.col("depth") <= LEVELS).then("key").otherwise(-1).alias("key"))
        own = key.to_series().slice(nested.height - opened.height)
        return opened.select("event", "line", "name", "depth", own, "text")


def _path_of(key: int) -> pl.DataFrame:
    """Unpack the names from the root down to an element: what stands around those after it."""
    codes = [(key >> (BITS * (LEVELS - 1 - level))) & UNKNOWN for level in range(LEVELS)]
    path = [(level, code) for level, code in enumerate(codes, start=1) if code]
    return pl.DataFrame(path, schema=_PATH, orient="row")


def tags_of(nodes: Nodes) -> pl.Enum:
    """List the tags that a layout knows, start tags first, in the order of their codes."""
    return pl.Enum([*nodes.names, *(f"/{name}" for name in nodes.names)])


def tokenise(block: Block, tags: pl.Enum) -> pl.DataFrame:
    """Cut a block into its tags: line, tag, known (place in `tags`, null for others), text after it.

    Needs nothing of the blocks before it.
    """
    tokens = pl.Series("token", [block.text]).str.split("<").explode().slice(1)
    breaks = _breaks(tokens, block.text)
    before = block.text[: max(block.text.find("<"), 0)]
    first = block.line + Block(before, 0).breaks
    parts = tokens.str.split_exact(">", 1).struct.unnest()
    frame = parts.rename(dict(zip(parts.columns, ("tag", "text"), strict=True)))
    if frame.height and block.text.count(">") != frame.height:
        frame = _with_angles(tokens)
    known = frame.get_column("tag").cast(tags, strict=False).to_physical()
    return frame.with_columns(
        _texts(frame.get_column("text"), block.text),
        line=breaks.shift(1, fill_value=0) + first,
        known=known,
    )


def _breaks(tokens: pl.Series, block: str) -> pl.Series:
    """Count the line breaks up to the end of each token."""
    counts = tokens.str.count_matches("\n", literal=True)
    if LOST_BREAK in block:
        counts += tokens.str.count_matches(LOST_BREAK, literal=True)
    return counts.cast(pl.Int32).cum_sum()


def _with_angles(tokens: pl.Series) -> pl.DataFrame:
    """Cut tokens in whose attributes or texts a `>` stands."""
    return tokens.str.extract_groups(_TAG).struct.unnest().rename({"1": "tag", "2": "text"})


def _texts(raw: pl.Series, block: str) -> pl.Series:
    """Remove the white space around the texts and decode the references in them."""
    if LOST_BREAK in block:
        raw = raw.str.replace_all(LOST_BREAK, "", literal=True)
    stripped = raw.str.strip_chars(WHITE_SPACE)
    if "&" not in block:
        return stripped
    refers = stripped.str.contains("&", literal=True)
    found = stripped.filter(refers).unique()
    # A schema removes white space after it has read the references.
    decoded = pl.Series([_REFERENCE.sub(_decoded, text).strip(WHITE_SPACE) for text in found], dtype=pl.String)
    return stripped.replace(found, decoded)


def _decoded(reference: re.Match[str]) -> str:
    name = reference.group(1)
    if name.startswith("#x"):
        return chr(int(f"0{name[1:]}", 0))
    return chr(int(name[1:])) if name.startswith("#") else _NAMED[name]
