import { DESCRIPTIONS } from '../descriptions.ts';
import type { Center } from '../protocol.ts';
import type { Builder } from './builder.ts';

/** A childcare center in full. */
export function addCenter(builder: Builder) {
  const { description, fields: said } = DESCRIPTIONS.Center;
  return builder.objectRef<Center>('Center').implement({
    description,
    fields: (t) => ({
      id: t.exposeID('id', { description: said.id }),
      name: t.exposeString('name', { description: said.name }),
      address: t.exposeString('address', { description: said.address }),
      district: t.exposeString('district', { nullable: true, description: said.district }),
      latitude: t.exposeFloat('latitude', { description: said.latitude }),
      longitude: t.exposeFloat('longitude', { description: said.longitude }),
      languages: t.exposeStringList('languages', { description: said.languages }),
      pedagogy: t.exposeString('pedagogy', { nullable: true, description: said.pedagogy }),
      openingHours: t.exposeString('openingHours', { nullable: true, description: said.openingHours }),
      capacity: t.exposeInt('capacity', { nullable: true, description: said.capacity }),
      freePlaces: t.exposeInt('freePlaces', { nullable: true, description: said.freePlaces }),
      freePlacesUpdatedAt: t.expose('freePlacesUpdatedAt', {
        type: 'Timestamp',
        nullable: true,
        description: said.freePlacesUpdatedAt,
      }),
      minAgeMonths: t.exposeInt('minAgeMonths', { nullable: true, description: said.minAgeMonths }),
      maxAgeMonths: t.exposeInt('maxAgeMonths', { nullable: true, description: said.maxAgeMonths }),
      website: t.exposeString('website', { nullable: true, description: said.website }),
      phone: t.exposeString('phone', { nullable: true, description: said.phone }),
    }),
  });
}

export type CenterRef = ReturnType<typeof addCenter>;
