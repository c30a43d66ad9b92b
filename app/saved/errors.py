"""What is refused about kept settings."""

from app.errors import N_, Conflict, NotFound


class SettingsNotFound(NotFound):
    code = "report-settings-not-found"
    message = N_("These settings are not there any more.")


class NameTaken(Conflict):
    code = "report-settings-name-taken"
    message = N_("You keep settings of this name already. Choose another name, or delete those first.")


class TooManySettings(Conflict):
    code = "too-many-report-settings"
    message = N_("You keep %(most)s settings already. Delete one that you no longer need.")
