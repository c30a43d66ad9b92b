"""Settings of reports that people keep under a name: the pages."""
