"""Engine, Base, `transaction()` (the one place that commits), column types, cursor paging, locks."""
