"""A directory that goes back, is another's or is changed is not taken by a gateway that serves."""

from __future__ import annotations

from pathlib import Path

import pytest

from authorities import dispatch, levels, settle
from exchange_rig import two
from gateway.itp.directory import Directory, DirectoryRefused, Fault, Standing, signed
from gateway.itp.keys import PrivateKey
from gateway.partners.revisions import Revisions


def test_a_revision_that_goes_back_is_refused_and_the_newer_one_counts(tmp_path: Path) -> None:
    with two(tmp_path, {}) as both:
        ben = both.ben
        before = ben.directory()
        both.suspend(both.ann)
        both.partnership.publish()
        engine, clock = ben.store.engine, both.clock
        revisions = Revisions(engine, both.partnership.roots, clock, organisation=ben.organisation)
        suspended = {"status": Standing.SUSPENDED}
        entries = tuple(entry.model_copy(update=suspended) for entry in before.partners)

        def refusal(directory: Directory, root: PrivateKey) -> Fault:
            with pytest.raises(DirectoryRefused) as refused:
                revisions.accept(signed(directory, root))
            return refused.value.fault

        root, current = both.partnership.root, ben.directory()
        assert refusal(before, root) is Fault.ROLLBACK
        assert refusal(current.model_copy(update={"partners": entries}), root) is Fault.CONFLICT
        newer = current.model_copy(update={"sequence": current.sequence + 1, "partners": entries})
        assert refusal(newer, PrivateKey.generate("Ed25519")) is Fault.SIGNATURE
        assert ben.directory() == current
        message = dispatch(both.ann, ben.organisation)
        settle(both.ann, ben)
        assert levels(both.ann, message) == ["R1", "R2"]
