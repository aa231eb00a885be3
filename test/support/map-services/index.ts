export type { Fault } from './faults.ts';
export type { StubFeature } from './features.ts';
export { type MapServices, type MapServicesOptions, type OsrmMode, startMapServices } from './map-services.ts';
export { PortTakenError } from './stub-server.ts';
export type { SeenRequest, StubService } from './stub-service.ts';
export { madeUpWays, type Way, type Ways } from './ways.ts';
