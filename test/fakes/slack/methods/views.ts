import { refuse } from '../answer.ts';
import { type Call, type Methods, words } from '../method.ts';
import { canBeShown } from '../rules/pictures.ts';
import { checkView } from '../rules/view.ts';
import { type FakeView, userKey } from '../world.ts';

/** For how long a trigger can be used, in milliseconds. */
const triggerLife = 3000;

export const views: Methods = {
  'views.open': {
    answer(call) {
      const { world, team } = call;
      const trigger = takeTrigger(call);
      const { user } = trigger;
      const view: FakeView = {
        id: world.newId('V'),
        team: team.id,
        user,
        json: viewOf(call),
        open: true,
      };
      if (view.json.type !== 'modal') refuse('invalid_arguments', 'only modals are opened');
      world.views.set(view.id, view);
      trigger.view = view;
      return { view: { id: view.id, ...view.json } };
    },
  },

  'views.update': {
    answer(call) {
      const view = call.world.views.get(words(call.args, 'view_id'));
      if (!view?.open) return refuse('not_found');
      view.json = viewOf(call);
      return { view: { id: view.id, ...view.json } };
    },
  },

  'views.publish': {
    answer(call) {
      const { world, team, args } = call;
      const user = words(args, 'user_id');
      if (!team.users.has(user)) refuse('user_not_found');
      const json = viewOf(call);
      if (json.type !== 'home') refuse('invalid_arguments', 'only a home is published');
      const key = userKey(team.id, user);
      const view: FakeView = { id: world.newId('V'), team: team.id, user, json, open: true };
      world.homes.set(key, view);
      return { view: { id: view.id, ...json } };
    },
  },
};

/** A trigger is used once, and within 3 s. */
function takeTrigger({ world, team, args }: Call) {
  const trigger = world.triggers.get(words(args, 'trigger_id'));
  if (!trigger || trigger.team !== team.id) return refuse('invalid_trigger_id');
  if (trigger.used) refuse('exchanged_trigger_id');
  if (world.clock.now() - trigger.at > triggerLife) refuse('expired_trigger_id');
  trigger.used = true;
  return trigger;
}

function viewOf({ world, team, args }: Call): FakeView['json'] {
  const json = args.view as FakeView['json'];
  checkView(json, (id) => canBeShown(world, team, id));
  return json;
}
