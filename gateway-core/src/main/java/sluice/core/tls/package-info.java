/**
 * TLS: the choice of the provider, contexts made from files and made anew when these change, and
 * streams over them, on the gateway's server and client side. Nothing here is loaded before a
 * descriptor asks for TLS.
 */
package sluice.core.tls;
