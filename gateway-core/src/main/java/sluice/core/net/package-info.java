/**
 * The network: event loops, sockets, dialling and the relay. The choice of the transport is made
 * here, once.
 */
package sluice.core.net;
