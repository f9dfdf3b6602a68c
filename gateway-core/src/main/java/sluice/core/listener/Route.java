package sluice.core.listener;

import sluice.api.protocol.Protocol;
import sluice.core.session.SessionScope;

/**
 * Where a listener's new sessions go. A reload swaps it as a whole.
 *
 * @param protocol made for the listener
 * @param scope what the sessions share
 */
public record Route(Protocol protocol, SessionScope scope) {}
