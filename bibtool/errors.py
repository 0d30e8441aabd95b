"""Every error that bibtool raises on purpose, each with the exit status of `bibt` that it leads to."""


class BibtoolError(Exception):
    """What went wrong, where, and what to do: one line, without a full stop."""

    exit_status = 2


class InputError(BibtoolError):
    """Something that the user can mend: a path, an option, a file's content."""


class MissingExtraError(InputError):
    """A format that an optional library reads, and that library is not installed."""


class NoFieldError(InputError):
    """A document without the field that a user named. Where other documents of the run have it, that is no failure."""


class LeftOutError(InputError):
    """What is no document, though it stands where one could: a link in an archive. The message says that alone; it is no failure."""


class IdentifierError(InputError):
    """A text that is no identifier."""


class ResolveError(BibtoolError):
    """Why one identifier has no reference. A value in a source's answer, or raised for a source as a whole."""


class NotFoundError(ResolveError):
    """The source answered: there is no such work."""

    exit_status = 1


class UnavailableError(ResolveError):
    """No answer: offline, time-out, rate limit, or an answer that cannot be believed.

    `is_final` where asking again would give the same, which says nothing of what else the service is asked for.
    """

    exit_status = 3
    is_final = False


class FormatError(BibtoolError):
    """A reference that the chosen format cannot hold."""

    exit_status = 1


class PluginError(BibtoolError):
    """A plugin failed; the message names the plugin and its component."""

    exit_status = 4
