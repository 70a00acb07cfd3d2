"""A session as a calendar file."""

from __future__ import annotations

from datetime import datetime

from icalendar import Calendar, Event

from lms.workshops.queries.sessions import SessionLine


def calendar_file(session: SessionLine, url: str, now: datetime, *, show_link: bool) -> bytes:
    """Return an iCalendar file (RFC 5545) with the session as its one event; `show_link`: the reader may join."""
    event = Event()
    event.add("uid", f"{session.id}@groundschool")
    event.add("dtstamp", now)
    event.add("dtstart", session.time.starts_at)
    event.add("dtend", session.time.ends_at)
    event.add("summary", session.title)
    event.add("sequence", session.revision)
    event.add("status", "CANCELLED" if session.time.cancelled else "CONFIRMED")
    event.add("url", url)
    place = session.room or (session.join_link if show_link else "")
    if place:
        event.add("location", place)
    if show_link and session.join_link:
        event.add("description", session.join_link)
    calendar = Calendar()
    calendar.add("prodid", "-//Groundschool//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if session.time.cancelled else "PUBLISH")
    calendar.add_component(event)
    return bytes(calendar.to_ical())
