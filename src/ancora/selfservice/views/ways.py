"""Other ways that lead to us, and the link by which somebody proves an address."""

from django.http import JsonResponse
from django.templatetags.static import static
from django.utils.translation import override

from ancora.conversations.chats.commands.proving import may_mail_links
from ancora.conversations.chats.queries import account_in_use
from ancora.conversations.chats.visitors import Blocked, NoVisitor, standing_of
from ancora.selfservice.advice.decision import Complexity, Matter, Sensitivity, Urgency
from ancora.selfservice.advice.queries import advice_for
from ancora.selfservice.door import answers, visitor_token
from ancora.selfservice.looks import language_for
from ancora.selfservice.words import words_of_ways

STYLE = "selfservice/ways.css"


@answers("GET")
def advice(request, account):
    """The ways for a matter (`complexity`, `personal`, `urgent`), best first, with the words of the module that shows
    them, and how somebody proves who they are. Of who is blocked the chat is no way."""
    found, language = account_in_use(account), language_for(request.GET.get("lang") or request.LANGUAGE_CODE)
    is_blocked = _is_blocked(request, account)
    with override(language):
        ways = advice_for(found, _matter(request.GET), language)
        told = {
            "ways": [way for way in ways if way["channel"] != "chat" or not is_blocked],
            "words": words_of_ways(),
            "style": static(STYLE),
            "sign_in": str(found.settings.get("sign_in") or ""),
            "links": may_mail_links(found),
        }
    return JsonResponse(told)


def _is_blocked(request, account: str) -> bool:
    try:
        standing_of(account, visitor_token(request))
    except Blocked:
        return True
    except NoVisitor:
        return False
    return False


def _matter(given) -> Matter:
    said = given.get("complexity")
    return Matter(
        complexity=Complexity(said) if said in set(Complexity) else Complexity.SIMPLE,
        sensitivity=Sensitivity.PERSONAL if given.get("personal") else Sensitivity.PUBLIC,
        urgency=Urgency.HIGH if given.get("urgent") else Urgency.NORMAL,
    )
