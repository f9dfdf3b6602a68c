/**
 * The demo of {@code gateway.sh demo}: embedded servers, the gateway in front of them, and a run
 * that moves a file in every mode both ways and looks at every byte.
 */
package sluice.testkit.demo;
