"""The EVM: RPC, the signer and its nonces, deployments, the indexer with reorg rollback. web3 has one door here."""
