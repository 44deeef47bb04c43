"""Answers to pages: the chat page, the widget for other sites, and the HTTP API.

Read in this order: settings (options, credentials, settings), markup, then what values look like (source,
reply, suggestions), where questions wait (metrics, errors, desk), the API (events, api, library, feedback, and in
others' forms: completions, agents), what is for the owner (open_questions, owner), the chat (conversation, page),
who may call what (limits, access, routes, guard), and what holds it together (watching, server, serving).
"""
