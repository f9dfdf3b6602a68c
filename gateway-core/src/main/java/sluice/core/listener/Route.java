package sluice.core.listener;

import java.util.Optional;
import sluice.api.protocol.Protocol;
import sluice.core.session.SessionScope;

/**
 * Where a listener's new sessions go. A reload swaps it as a whole.
 *
 * @param protocol made for the listener
 * @param scope what the sessions share
 * @param front the balancers in front, if clients come through balancers that speak PROXY
 */
public record Route(Protocol protocol, SessionScope scope, Optional<FrontBalancers> front) {}
