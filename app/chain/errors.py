"""What the chain, or the way to it, answered."""

from app.errors import N_, Conflict, Unavailable


class ChainUnavailable(Unavailable):
    code = "chain-unavailable"
    message = N_("The settlement network does not answer just now. Nothing was lost; please try again in a minute.")


class NodeInTrouble(ChainUnavailable):
    """The node answered, but nothing about what it was asked: too busy, or something in it broke."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__()

    def __str__(self) -> str:
        return f"{self.message} The node says: {self.reason}"


class RpcRefused(Conflict):
    """The node answered with an error; `reason` is its text, `data` the revert data if there was any."""

    code = "rpc-refused"
    message = N_("The settlement network refused: %(reason)s")

    def __init__(self, *, reason: str, code_number: int = 0, data: bytes = b"") -> None:
        self.code_number = code_number
        self.data = data
        super().__init__(reason=reason)


class WrongChain(Conflict):
    code = "wrong-chain"
    message = N_(
        "The node answers for chain %(found)s, but this market settles on chain %(expected)s. Correct CHAIN_RPC_URL or CHAIN_ID."
    )


class NotDeployed(Conflict):
    code = "contract-not-deployed"
    message = N_("The contract %(name)s is not deployed on chain %(chain_id)s. Run `phsar chain deploy`.")


class DeepReorg(Conflict):
    code = "deep-reorg"
    message = N_(
        "The chain replaced block %(number)s, which was final. The indexer stopped; compare the node with another one."
    )
