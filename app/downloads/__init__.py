"""Files of reports that a job makes: of any length, kept for some days, and those that come by the calendar.

A *file* is one report of some days in one format. A *schedule* asks for such files each day or month, for the people it
names: members who may read the report, as long as they may.
"""
