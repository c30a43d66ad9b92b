"""What tests of requests and quotes use."""

from tests.rfqs.asking import asking, company  # noqa: F401 - fixtures
