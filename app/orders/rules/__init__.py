"""Pure decisions about orders: status axes, dates, numbers people can say, prices, the timeline in plain words."""
