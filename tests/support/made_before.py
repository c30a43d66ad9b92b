"""A program for the tests of the fork server: says whether the application was made before this process was forked."""

from flask import Flask

from app import wiring
from app.config.settings import Settings

make, made = wiring.create_app, []


def noted(settings: Settings) -> Flask:
    made.append(settings)
    return make(settings)


wiring.create_app = noted  # type: ignore[assignment]
name = wiring.application().config["SETTINGS"].market_name
print("made" if made else "taken", name)
