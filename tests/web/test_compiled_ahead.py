"""Templates compiled before processes are forked: those of nearly every page and of buying, in every language."""

import fnmatch

from app.web.languages import CODES
from app.web.templating import LanguageEnvironment
from app.wiring import COMPILED_AHEAD, application
from tests.support.http import web_settings


def test_each_pattern_names_templates_and_each_of_them_is_ready_in_every_language() -> None:
    environment = application(web_settings(market_name="Compiled ahead")).jinja_env
    assert isinstance(environment, LanguageEnvironment)
    for code in CODES:
        assert environment.in_language(code).cache is not None
        ready = {name for _loader, name in environment.in_language(code).cache}
        for pattern in COMPILED_AHEAD:
            assert fnmatch.filter(ready, pattern), pattern
        assert {"checkout/review.html", "components/field.html", "catalog/_cards.html"} <= ready
        assert "orders/index.html" not in ready
