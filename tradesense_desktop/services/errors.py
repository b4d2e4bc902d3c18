"""Refusals that a person reads: one sentence each, made below and only carried here."""


class Refused(Exception):
    """Something asked for is not done; `sentence` says what, where and what to do. Nothing was written."""

    exit_code = 1

    def __init__(self, sentence: str) -> None:
        self.sentence = sentence
        super().__init__(sentence)


class NotFound(Refused):
    """What was named does not exist in this workspace."""


class AnswerNeeded(Refused):
    """The file does not say something that only a person knows; `needs` names it (`balance`, `currency`)."""

    def __init__(self, sentence: str, needs: str) -> None:
        self.needs = needs
        super().__init__(sentence)
