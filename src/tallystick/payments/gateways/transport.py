"""How a request over the wire can end, told apart by the one question that matters: can it have been carried out?"""

import httpx

#: The request never left: nothing can have been carried out. Every other error of the wire leaves that open.
NEVER_LEFT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol, httpx.ProxyError)
