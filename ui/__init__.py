"""Answers to pages: the chat page, the widget for other sites, and the HTTP API.

Read in this order: settings, markup, then what values look like (source, reply, suggestions), the
API (errors, api, feedback), what is for the owner (open_questions, owner), the chat (conversation, page),
and what holds it together (guard, server, serving).
"""
