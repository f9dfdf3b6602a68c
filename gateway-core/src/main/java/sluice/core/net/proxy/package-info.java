/**
 * The PROXY protocol, versions 1 and 2: the few bytes in which a balancer tells who the client is
 * (haproxy.org, doc/proxy-protocol.txt).
 */
package sluice.core.net.proxy;
