"""Answers to pages: the chat page, the widget for other sites, and the HTTP API.

    settings -> source, reply, suggestions (values to HTML) -> errors, api -> guard -> page -> server
"""
