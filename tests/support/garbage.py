"""Python's search for garbage leaves alone what all tests share, and looks at the rest seldom: it was a fifth of a run."""

import gc

OLD_ONES_SELDOM = (
    700,
    10,
    100,
)  # Python's own numbers but for the last; an application a test has left is one of the old


def pytest_configure() -> None:
    gc.disable()  # nothing that is read to find the tests goes


def pytest_collection_finish() -> None:
    gc.collect()
    gc.freeze()
    gc.set_threshold(*OLD_ONES_SELDOM)
    gc.enable()
