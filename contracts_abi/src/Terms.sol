// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice One order of one seller inside an escrow.
/// @param orderId The market's id of the order.
/// @param seller Who is paid when goods are accepted.
/// @param amount Base units of the token that this leg holds when funded.
/// @param feeBps Commission on what is released, in hundredths of a percent.
/// @param shipBy Second after which the buyer may ask for cancellation when nothing was shipped.
/// @param autoReleaseAt Last second in which the buyer may object; afterwards silence pays the seller.
struct Leg {
    bytes32 orderId;
    address seller;
    uint128 amount;
    uint16 feeBps;
    uint64 shipBy;
    uint64 autoReleaseAt;
}

/// @notice Everything the parties agree to; its EIP-712 digest is the escrow id.
/// @param groupId The market's id of the checkout.
/// @param token ERC-20 in which all legs are paid.
/// @param buyer Who may release, cancel and dispute.
/// @param refundTo Where every refund goes: the buyer, or the treasury that paid for a card buyer.
/// @param feeRecipient Who receives the commission.
/// @param arbiter Who may divide a disputed leg between its seller and refundTo.
/// @param fundBy Last second in which the deposit is accepted.
/// @param answerWindow Seconds a seller has to answer a request to cancel.
/// @param disputeTimeout Seconds the arbiter has to decide.
/// @param defaultSellerBps The seller's share of a dispute that nobody decided.
/// @param legs One to 32 orders.
struct Terms {
    bytes32 groupId;
    address token;
    address buyer;
    address refundTo;
    address feeRecipient;
    address arbiter;
    uint64 fundBy;
    uint32 answerWindow;
    uint32 disputeTimeout;
    uint16 defaultSellerBps;
    Leg[] legs;
}

/// @notice Why money left a leg.
enum Reason {
    Confirmed,
    Claimed,
    Returned,
    Unshipped,
    Resolved,
    Settled,
    TimedOut
}

/// @notice How a leg's money has moved so far; only Divided keeps amounts in storage.
enum Outcome {
    Untouched,
    Released,
    Refunded,
    Divided
}

/// @notice Facts of a leg that have a time; zero means that it has not happened.
/// @param autoReleaseAt Zero while the signed time holds, else the extended one.
struct LegTimes {
    uint64 autoReleaseAt;
    uint64 shippedAt;
    uint64 cancellationAt;
    uint64 disputedAt;
}

/// @notice A leg as an outsider may read it; amounts in base units, times in Unix seconds.
struct LegState {
    bool funded;
    Outcome outcome;
    uint256 released;
    uint256 refunded;
    uint256 fee;
    uint256 remaining;
    uint64 fundedAt;
    LegTimes times;
    uint64 withdrawnSequence;
}

/// @notice An ERC-3009 signature by the buyer; the nonce is the escrow id.
struct Authorization {
    uint256 validAfter;
    uint256 validBefore;
    uint8 v;
    bytes32 r;
    bytes32 s;
}

/// @notice An ERC-2612 signature by the buyer over the sum of all legs.
struct Permit {
    uint256 deadline;
    uint8 v;
    bytes32 r;
    bytes32 s;
}

/// @notice One item of a batch of ERC-3009 deposits.
struct AuthorizedDeposit {
    Terms terms;
    Authorization authorization;
}

/// @notice One item of a batch of ERC-2612 deposits.
struct PermittedDeposit {
    Terms terms;
    Permit permit;
    bytes termsSignature;
}

/// @notice One item of a batch of releases; the signature is the buyer's and may be empty when the buyer calls.
struct SignedRelease {
    Terms terms;
    uint256 leg;
    uint256 amount;
    uint256 deadline;
    bytes signature;
}

/// @notice One item of a batch of claims.
struct LegClaim {
    Terms terms;
    uint256 leg;
}
