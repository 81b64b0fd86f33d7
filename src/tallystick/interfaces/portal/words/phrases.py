"""Every phrase of the portal; a language is one value of it."""

from typing import NamedTuple


class Phrases(NamedTuple):
    """One language. `locale` writes its numbers and dates; braces are filled in."""

    language: str
    locale: str
    sign_in: str
    sign_in_hint: str
    email: str
    send_code: str
    code_sent: str
    code: str
    enter: str
    code_wrong: str
    other_address: str
    sign_out: str
    account: str
    to_pay: str
    nothing_to_pay: str
    credit: str
    due_by: str
    overdue_since: str
    documents: str
    no_documents: str
    download: str
    older: str
    methods: str
    no_methods: str
    default_method: str
    method_fails: str
    open_part: str
    settled: str
    credited: str
    withdrawn: str
    questions: str
    missing: str
    broken: str
