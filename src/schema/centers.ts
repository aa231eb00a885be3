import type { Center } from '../protocol.ts';
import type { Builder } from './builder.ts';

/** A childcare center in full. */
export function addCenter(builder: Builder) {
  return builder.objectRef<Center>('Center').implement({
    description: 'A childcare center. Null is always: not known.',
    fields: (t) => ({
      id: t.exposeID('id', { description: 'The same as Offer.centerId.' }),
      name: t.exposeString('name', { description: 'Its name.' }),
      address: t.exposeString('address', { description: 'Street, number and city on one line.' }),
      district: t.exposeString('district', { nullable: true, description: 'The part of the city.' }),
      latitude: t.exposeFloat('latitude', { description: 'Degrees, -90 to 90, WGS84.' }),
      longitude: t.exposeFloat('longitude', { description: 'Degrees, -180 to 180, WGS84.' }),
      languages: t.exposeStringList('languages', {
        description: 'ISO 639-1 codes, such as `de`; empty where unknown.',
      }),
      pedagogy: t.exposeString('pedagogy', { nullable: true, description: 'Its concept, such as `montessori`.' }),
      openingHours: t.exposeString('openingHours', {
        nullable: true,
        description: 'OpenStreetMap opening_hours syntax, such as `Mo-Fr 07:00-17:00`.',
      }),
      capacity: t.exposeInt('capacity', { nullable: true, description: 'Places in all.' }),
      freePlaces: t.exposeInt('freePlaces', {
        nullable: true,
        description: 'Places that were free at freePlacesUpdatedAt.',
      }),
      freePlacesUpdatedAt: t.expose('freePlacesUpdatedAt', {
        type: 'Timestamp',
        nullable: true,
        description: 'When freePlaces was last known.',
      }),
      minAgeMonths: t.exposeInt('minAgeMonths', { nullable: true, description: 'Youngest age taken, in months.' }),
      maxAgeMonths: t.exposeInt('maxAgeMonths', { nullable: true, description: 'Oldest age taken, in months.' }),
      website: t.exposeString('website', { nullable: true, description: 'A URL.' }),
      phone: t.exposeString('phone', { nullable: true, description: 'A telephone number as it is dialled.' }),
    }),
  });
}

export type CenterRef = ReturnType<typeof addCenter>;
