/** The start and the stop of the process: plugins, descriptor, gateway, control socket, logs. */
package sluice.core.launch;
