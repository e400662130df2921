# %% [markdown]
# Wrong answers that people give, and other right ones. Each cell replaces the exercise of that
# name; tests/test_checks.py asks the check about it. `fails` lists the cases that must reject it,
# `says` is a piece of the words that must be shown.


# %% Walks through walls mistake="maze_step" fails=["walls", "every step of two mazes"] says="It walked through a wall"
def maze_step(walls, goal, state, action):
    height, width = walls.shape
    row, column = divmod(state, width)
    down, right = MOVES[action]
    r, c = row + down, column + right
    if 0 <= r < height and 0 <= c < width:
        state = r * width + c
    return state, float(state == goal), bool(state == goal)


# %% Comes back on the other side mistake="maze_step" fails=["the edges of the grid", "every step of two mazes"] says="It left the grid on one side and came back on the other" subtle=true
def maze_step(walls, goal, state, action):
    height, width = walls.shape
    row, column = divmod(state, width)
    down, right = MOVES[action]
    r, c = row + down, column + right
    if r < height and c < width and not walls[r, c]:
        state = r % height * width + c % width
    return state, float(state == goal), bool(state == goal)


# %% Divides by the height mistake="maze_step" fails=["free ways", "walls", "the edges of the grid", "into the goal", "every step of two mazes"] says="Rows are numbered by the width"
def maze_step(walls, goal, state, action):
    height, width = walls.shape
    row, column = divmod(state, height)
    down, right = MOVES[action]
    r, c = row + down, column + right
    if 0 <= r < height and 0 <= c < width and not walls[r, c]:
        state = r * height + c
    return state, float(state == goal), bool(state == goal)


# %% Counts on the number alone mistake="maze_step" fails=["the edges of the grid", "every step of two mazes"] says="From the last column it went to the next row (or from the first to the row above)" subtle=true
def maze_step(walls, goal, state, action):
    height, width = walls.shape
    reached = state + (-width, 1, width, -1)[action]
    if 0 <= reached < walls.size and not walls.flat[reached]:
        state = reached
    return state, float(state == goal), bool(state == goal)


# %% Up is down mistake="maze_step" fails=["free ways", "walls", "the edges of the grid", "into the goal", "every step of two mazes"] says="Up and down are exchanged"
def maze_step(walls, goal, state, action):
    height, width = walls.shape
    row, column = divmod(state, width)
    down, right = -MOVES[action][0], MOVES[action][1]
    r, c = row + down, column + right
    if 0 <= r < height and 0 <= c < width and not walls[r, c]:
        state = r * width + c
    return state, float(state == goal), bool(state == goal)


# %% Never over mistake="maze_step" fails=["into the goal", "every step of two mazes"] says="The flag `terminated` is True when the next state is the goal"
def maze_step(walls, goal, state, action):
    height, width = walls.shape
    row, column = divmod(state, width)
    down, right = MOVES[action]
    r, c = row + down, column + right
    if 0 <= r < height and 0 <= c < width and not walls[r, c]:
        state = r * width + c
    return state, float(state == goal), False


# %% Pays for every step mistake="maze_step" fails=["free ways", "walls", "the edges of the grid", "every step of two mazes"] says="There is a reward for reaching the goal only" subtle=true
def maze_step(walls, goal, state, action):
    height, width = walls.shape
    row, column = divmod(state, width)
    down, right = MOVES[action]
    r, c = row + down, column + right
    if 0 <= r < height and 0 <= c < width and not walls[r, c]:
        state = r * width + c
    return state, 1.0 if state == goal else -1.0, bool(state == goal)


# %% With a padded border alternative="maze_step"
def maze_step(walls, goal, state, action):
    blocked = np.pad(walls, 1, constant_values=True)
    row, column = state // walls.shape[1], state % walls.shape[1]
    down, right = [(-1, 0), (0, 1), (1, 0), (0, -1)][action]
    if not blocked[row + down + 1, column + right + 1]:
        row, column = row + down, column + right
    state = int(np.ravel_multi_index((row, column), walls.shape))
    return state, 1.0 if state == goal else 0.0, state == goal


# %% Case by case alternative="maze_step"
def maze_step(walls, goal, state, action):
    height, width = walls.shape
    row, column = np.unravel_index(state, walls.shape)
    blocked = [row == 0, column == width - 1, row == height - 1, column == 0][action]
    reached = state + [-width, 1, width, -1][action]
    if not blocked and not walls.ravel()[reached]:
        state = reached
    return np.int64(state), np.float32(state == goal), np.bool_(state == goal)


# %% Overwrites equal outcomes mistake="maze_model" fails=["a floor that does not slip", "a slippery floor", "other mazes"] says="Two of the three outcomes may lead to the same cell" subtle=true
def maze_model(walls, goal, slip=0.0):
    num_states = walls.size
    transitions = np.zeros((num_states, 4, num_states))
    for state in np.flatnonzero(~walls.ravel()):
        for action in range(4):
            for turn, prob in [(0, 1 - slip), (1, slip / 2), (3, slip / 2)]:
                reached, _, _ = maze_step(walls, goal, state, (action + turn) % 4)
                transitions[state, action, reached] = prob
    transitions[goal] = 0.0
    return transitions, transitions[:, :, goal]


# %% Each side gets all mistake="maze_model" fails=["a slippery floor", "other mazes"] says="Each side gets half of `slip`"
def maze_model(walls, goal, slip=0.0):
    num_states = walls.size
    transitions = np.zeros((num_states, 4, num_states))
    for state in np.flatnonzero(~walls.ravel()):
        for action in range(4):
            for turn, prob in [(0, 1 - slip), (1, slip), (3, slip)]:
                reached, _, _ = maze_step(walls, goal, state, (action + turn) % 4)
                transitions[state, action, reached] += prob
    transitions[goal] = 0.0
    return transitions, transitions[:, :, goal]


# %% One side only mistake="maze_model" fails=["a slippery floor", "other mazes"] says="Both sides are possible" subtle=true
def maze_model(walls, goal, slip=0.0):
    num_states = walls.size
    transitions = np.zeros((num_states, 4, num_states))
    for state in np.flatnonzero(~walls.ravel()):
        for action in range(4):
            for turn, prob in [(0, 1 - slip), (1, slip)]:
                reached, _, _ = maze_step(walls, goal, state, (action + turn) % 4)
                transitions[state, action, reached] += prob
    transitions[goal] = 0.0
    return transitions, transitions[:, :, goal]


# %% Goes on after the goal mistake="maze_model" fails=["a floor that does not slip", "a slippery floor", "nothing comes after the goal", "other mazes"] says="After the goal nothing comes" subtle=true
def maze_model(walls, goal, slip=0.0):
    num_states = walls.size
    transitions = np.zeros((num_states, 4, num_states))
    for state in np.flatnonzero(~walls.ravel()):
        for action in range(4):
            for turn, prob in [(0, 1 - slip), (1, slip / 2), (3, slip / 2)]:
                reached, _, _ = maze_step(walls, goal, state, (action + turn) % 4)
                transitions[state, action, reached] += prob
    return transitions, transitions[:, :, goal]


# %% Does not slip mistake="maze_model" fails=["a slippery floor", "other mazes"] says="The floor does not slip"
def maze_model(walls, goal, slip=0.0):
    num_states = walls.size
    transitions = np.zeros((num_states, 4, num_states))
    for state in np.flatnonzero(~walls.ravel()):
        for action in range(4):
            for turn, prob in [(0, 1.0), (1, 0.0), (3, 0.0)]:
                reached, _, _ = maze_step(walls, goal, state, (action + turn) % 4)
                transitions[state, action, reached] += prob
    transitions[goal] = 0.0
    return transitions, transitions[:, :, goal]


# %% Slips backwards mistake="maze_model" fails=["a slippery floor", "other mazes"] says="It slips to the sides"
def maze_model(walls, goal, slip=0.0):
    num_states = walls.size
    transitions = np.zeros((num_states, 4, num_states))
    for state in np.flatnonzero(~walls.ravel()):
        for action in range(4):
            for turn, prob in [(0, 1 - slip), (2, slip)]:
                reached, _, _ = maze_step(walls, goal, state, (action + turn) % 4)
                transitions[state, action, reached] += prob
    transitions[goal] = 0.0
    return transitions, transitions[:, :, goal]


# %% Rewards as if nothing slipped mistake="maze_model" fails=["a slippery floor", "other mazes"] says="The rewards are expected ones" subtle=true
def maze_model(walls, goal, slip=0.0):
    num_states = walls.size
    transitions = np.zeros((num_states, 4, num_states))
    for state in np.flatnonzero(~walls.ravel()):
        for action in range(4):
            for turn, prob in [(0, 1 - slip), (1, slip / 2), (3, slip / 2)]:
                reached, _, _ = maze_step(walls, goal, state, (action + turn) % 4)
                transitions[state, action, reached] += prob
    transitions[goal] = 0.0
    return transitions, (transitions[:, :, goal] > 0).astype(float)


# %% People in the walls mistake="maze_model" fails=["a floor that does not slip", "a slippery floor", "other mazes"] says="Walls have rows of zeros"
def maze_model(walls, goal, slip=0.0):
    num_states = walls.size
    transitions = np.zeros((num_states, 4, num_states))
    for state in range(num_states):
        for action in range(4):
            for turn, prob in [(0, 1 - slip), (1, slip / 2), (3, slip / 2)]:
                reached, _, _ = maze_step(walls, goal, state, (action + turn) % 4)
                transitions[state, action, reached] += prob
    transitions[goal] = 0.0
    return transitions, transitions[:, :, goal]


# %% Expected rewards added up alternative="maze_model"
def maze_model(walls, goal, slip=0.0):
    transitions = np.zeros((walls.size, 4, walls.size), "float32")
    rewards = np.zeros((walls.size, 4), "float32")
    for state in range(walls.size):
        if state == goal or walls.flat[state]:
            continue
        for wanted in range(4):
            for happens, prob in enumerate(np.roll([1 - slip, slip / 2, 0, slip / 2], wanted)):
                reached, reward, _ = maze_step(walls, goal, state, happens)
                transitions[state, wanted, reached] += prob
                rewards[state, wanted] += prob * reward
    return transitions, rewards


# %% Mixed from sure moves alternative="maze_model"
def maze_model(walls, goal, slip=0.0):
    sure = np.zeros((walls.size, 4, walls.size))
    for state in set(np.flatnonzero(walls.ravel() == 0)) - {goal}:
        for action in range(4):
            sure[state, action, maze_step(walls, goal, state, action)[0]] = 1
    sides = np.roll(sure, 1, axis=1) + np.roll(sure, -1, axis=1)
    transitions = (1 - slip) * sure + slip / 2 * sides
    return [transitions, transitions[..., goal]]


# %% Sums up the past mistake="discounted_returns" fails=["a late reward", "rewards all along", "patience without limit, and none", "one step, and many"] says="The sums run over the past"
def discounted_returns(rewards, discount):
    returns, so_far = [], 0.0
    for reward in rewards:
        so_far = reward + discount * so_far
        returns.append(so_far)
    return np.array(returns)


# %% Back to front mistake="discounted_returns" fails=["a late reward", "rewards all along", "patience without limit, and none", "one step, and many"] says="The returns stand in reverse order"
def discounted_returns(rewards, discount):
    returns, following = [], 0.0
    for reward in rewards[::-1]:
        following = reward + discount * following
        returns.append(following)
    return np.array(returns)


# %% Forgets the discount mistake="discounted_returns" fails=["a late reward", "rewards all along", "patience without limit, and none", "one step, and many"] says="The discount is missing"
def discounted_returns(rewards, discount):
    returns, following = np.zeros(len(rewards)), 0.0
    for step in reversed(range(len(rewards))):
        following = rewards[step] + following
        returns[step] = following
    return returns


# %% Discounts the reward of the step itself mistake="discounted_returns" fails=["a late reward", "rewards all along", "patience without limit, and none", "one step, and many"] says="The reward of the step itself counts in full" subtle=true
def discounted_returns(rewards, discount):
    returns, following = np.zeros(len(rewards)), 0.0
    for step in reversed(range(len(rewards))):
        following = discount * (rewards[step] + following)
        returns[step] = following
    return returns


# %% One clock for all steps mistake="discounted_returns" fails=["a late reward", "rewards all along", "patience without limit, and none", "one step, and many"] says="Every step counts its own time" subtle=true
def discounted_returns(rewards, discount):
    discounted = discount ** np.arange(len(rewards)) * rewards
    return np.cumsum(discounted[::-1])[::-1]


# %% The first return alone mistake="discounted_returns" fails=["a late reward", "rewards all along", "patience without limit, and none", "one step, and many"] says="This is the return of the first step alone"
def discounted_returns(rewards, discount):
    returns, following = np.zeros(len(rewards)), 0.0
    for step in reversed(range(len(rewards))):
        following = rewards[step] + discount * following
        returns[step] = following
    return returns[0]


# %% In place mistake="discounted_returns" fails=["leaves its argument alone"] says="Your function changed its argument `rewards` itself" subtle=true
def discounted_returns(rewards, discount):
    for step in reversed(range(len(rewards) - 1)):
        rewards[step] += discount * rewards[step + 1]
    return rewards


# %% A list turned around alternative="discounted_returns"
def discounted_returns(rewards, discount):
    returns = [0.0]
    for reward in rewards[::-1]:
        returns.append(float(reward) + discount * returns[-1])
    return np.array(returns[:0:-1], "float32")


# %% As a matrix alternative="discounted_returns"
def discounted_returns(rewards, discount):
    ahead = np.arange(len(rewards)) - np.arange(len(rewards))[:, None]
    weights = np.where(ahead >= 0, float(discount) ** np.maximum(ahead, 0), 0.0)
    return weights @ rewards


# %% Forgets the reward mistake="bellman_backup" fails=["every step is sure", "chance decides", "only tomorrow, only today", "other sizes"] says="The reward of the step itself is missing"
def bellman_backup(values, transitions, rewards, discount):
    return discount * np.asarray(transitions) @ np.asarray(values)


# %% Forgets the discount mistake="bellman_backup" fails=["every step is sure", "chance decides", "only tomorrow, only today", "other sizes"] says="The discount is missing"
def bellman_backup(values, transitions, rewards, discount):
    return np.asarray(rewards) + np.asarray(transitions) @ np.asarray(values)


# %% Discounts the reward too mistake="bellman_backup" fails=["every step is sure", "chance decides", "only tomorrow, only today", "other sizes"] says="The reward comes at once" subtle=true
def bellman_backup(values, transitions, rewards, discount):
    return discount * (rewards + transitions @ values)


# %% Looks at where it stands mistake="bellman_backup" fails=["every step is sure", "chance decides", "only tomorrow, only today", "other sizes"] says="These are the values of the states where the step begins"
def bellman_backup(values, transitions, rewards, discount):
    return rewards + discount * values[:, None]


# %% Sums over the wrong state mistake="bellman_backup" fails=["every step is sure", "chance decides", "only tomorrow, only today", "other sizes"] says="The sum goes over the next state" subtle=true
def bellman_backup(values, transitions, rewards, discount):
    return rewards + discount * np.einsum("sat,s->ta", transitions, values)


# %% The likeliest only mistake="bellman_backup" fails=["chance decides", "only tomorrow, only today", "other sizes"] says="Only the likeliest next state counts here" subtle=true
def bellman_backup(values, transitions, rewards, discount):
    return rewards + discount * values[transitions.argmax(axis=2)]


# %% Takes the best at once mistake="bellman_backup" fails=["every step is sure", "chance decides", "only tomorrow, only today", "other sizes"] says="These are the best values"
def bellman_backup(values, transitions, rewards, discount):
    return (rewards + discount * transitions @ values).max(axis=1)


# %% State by state alternative="bellman_backup"
def bellman_backup(values, transitions, rewards, discount):
    q = np.zeros(np.shape(rewards))
    for state in range(len(values)):
        for action in range(q.shape[1]):
            q[state, action] = rewards[state, action]
            q[state, action] += discount * np.dot(transitions[state, action], values)
    return q


# %% In keras.ops, float32 alternative="bellman_backup"
def bellman_backup(values, transitions, rewards, discount):
    values, transitions = ops.cast(values, "float32"), ops.cast(transitions, "float32")
    return ops.cast(rewards, "float32") + discount * ops.einsum("sat,t->sa", transitions, values)


# %% One sweep mistake="policy_evaluation" fails=["a policy that is sure", "a policy that draws", "a patient one", "other sizes"] says="This is one sweep"
def policy_evaluation(policy, transitions, rewards, discount):
    q = bellman_backup(np.zeros(len(rewards)), transitions, rewards, discount)
    return np.sum(policy * q, axis=1)


# %% Takes the best action mistake="policy_evaluation" fails=["a policy that is sure", "a policy that draws", "other sizes"] says="These are the values of the best policy"
def policy_evaluation(policy, transitions, rewards, discount):
    values = np.zeros(len(rewards))
    while True:
        q = bellman_backup(values, transitions, rewards, discount)
        new = q.max(axis=1)
        if np.max(np.abs(new - values)) < 1e-9:
            return new
        values = new


# %% All actions alike mistake="policy_evaluation" fails=["a policy that is sure", "a policy that draws", "other sizes"] says="All actions count the same here"
def policy_evaluation(policy, transitions, rewards, discount):
    values = np.zeros(len(rewards))
    while True:
        q = bellman_backup(values, transitions, rewards, discount)
        new = q.mean(axis=1)
        if np.max(np.abs(new - values)) < 1e-9:
            return new
        values = new


# %% Stops at a hundred sweeps mistake="policy_evaluation" fails=["a patient one"] says="A hundred sweeps are not enough for every discount" subtle=true
def policy_evaluation(policy, transitions, rewards, discount):
    values = np.zeros(len(rewards))
    for _ in range(100):
        values = np.sum(policy * bellman_backup(values, transitions, rewards, discount), axis=1)
    return values


# %% Stops when one value rests mistake="policy_evaluation" fails=["a policy that is sure", "a policy that draws", "other sizes"] says="This is one sweep" subtle=true
def policy_evaluation(policy, transitions, rewards, discount):
    values = np.zeros(len(rewards))
    while True:
        q = bellman_backup(values, transitions, rewards, discount)
        new = np.sum(policy * q, axis=1)
        if np.min(np.abs(new - values)) < 1e-9:
            return new
        values = new


# %% The likeliest action only mistake="policy_evaluation" fails=["a policy that draws", "other sizes"] says="Only the likeliest action counts here"
def policy_evaluation(policy, transitions, rewards, discount):
    values = np.zeros(len(rewards))
    while True:
        q = bellman_backup(values, transitions, rewards, discount)
        new = q[np.arange(len(q)), np.argmax(policy, axis=1)]
        if np.max(np.abs(new - values)) < 1e-9:
            return new
        values = new


# %% Rewards without weights mistake="policy_evaluation" fails=["a policy that is sure", "a policy that draws", "other sizes"] says="The rewards must be weighted by the policy as well" subtle=true
def policy_evaluation(policy, transitions, rewards, discount):
    policy = np.asarray(policy)
    moves = np.einsum("sa,sat->st", policy, transitions)  # (states, states)
    earned = np.sum(rewards, axis=1)  # (states,)
    return np.linalg.solve(np.eye(len(policy)) - discount * moves, earned)


# %% By sweeps alternative="policy_evaluation"
def policy_evaluation(policy, transitions, rewards, discount):
    values = np.zeros(len(rewards))
    while True:
        q = bellman_backup(values, transitions, rewards, discount)
        new = np.sum(policy * q, axis=1)
        if np.max(np.abs(new - values)) < 1e-9:
            return new
        values = new


# %% In place, state by state alternative="policy_evaluation"
def policy_evaluation(policy, transitions, rewards, discount):
    values = np.zeros(len(rewards))
    change = 1.0
    while change > 1e-10:
        change = 0.0
        for state in range(len(values)):
            q = rewards[state] + discount * transitions[state] @ values
            change = max(change, abs(policy[state] @ q - values[state]))
            values[state] = policy[state] @ q
    return values


# %% Solved in float32 alternative="policy_evaluation"
def policy_evaluation(policy, transitions, rewards, discount):
    moves = (policy[:, :, None] * transitions).sum(axis=1)
    left = (np.eye(len(moves)) - discount * moves).astype("float32")
    return np.linalg.solve(left, (policy * rewards).sum(axis=1).astype("float32"))


# %% One sweep mistake="value_iteration" fails=["a corridor", "a slippery maze", "rewards of either sign", "a patient one, and a rough one", "other worlds"] says="These are the values after one sweep from 0"
def value_iteration(transitions, rewards, discount, tolerance=1e-9):
    return bellman_backup(np.zeros(len(rewards)), transitions, rewards, discount).max(axis=1)


# %% The mean of the actions mistake="value_iteration" fails=["a corridor", "a slippery maze", "rewards of either sign", "a patient one, and a rough one", "other worlds"] says="The mean over the actions is the value of drawing any"
def value_iteration(transitions, rewards, discount, tolerance=1e-9):
    values = np.zeros(len(rewards))
    while True:
        better = bellman_backup(values, transitions, rewards, discount).mean(axis=1)
        if np.max(np.abs(better - values)) <= tolerance:
            return better
        values = better


# %% Never below zero mistake="value_iteration" fails=["rewards of either sign", "other worlds"] says="A value may be negative" subtle=true
def value_iteration(transitions, rewards, discount, tolerance=1e-9):
    values = np.zeros(len(rewards))
    while True:
        better = bellman_backup(values, transitions, rewards, discount).max(axis=1, initial=0.0)
        if np.max(np.abs(better - values)) <= tolerance:
            return better
        values = better


# %% Stops when one value rests mistake="value_iteration" fails=["a corridor", "a slippery maze", "rewards of either sign", "a patient one, and a rough one", "other worlds"] says="These are the values after one sweep from 0" subtle=true
def value_iteration(transitions, rewards, discount, tolerance=1e-9):
    values = np.zeros(len(rewards))
    while True:
        better = bellman_backup(values, transitions, rewards, discount).max(axis=1)
        if np.min(np.abs(better - values)) <= tolerance:
            return better
        values = better


# %% Looks at rises only mistake="value_iteration" fails=["rewards of either sign", "other worlds"] says="These are the values after one sweep from 0" subtle=true
def value_iteration(transitions, rewards, discount, tolerance=1e-9):
    values = np.zeros(len(rewards))
    while True:
        better = bellman_backup(values, transitions, rewards, discount).max(axis=1)
        if np.max(better - values) <= tolerance:
            return better
        values = better


# %% Twenty sweeps mistake="value_iteration" fails=["a slippery maze", "rewards of either sign", "a patient one, and a rough one", "other worlds"] says="It stopped too early"
def value_iteration(transitions, rewards, discount, tolerance=1e-9):
    values = np.zeros(len(rewards))
    for _ in range(20):
        values = bellman_backup(values, transitions, rewards, discount).max(axis=1)
    return values


# %% Gives the actions mistake="value_iteration" fails=["a corridor", "a slippery maze", "rewards of either sign", "a patient one, and a rough one", "other worlds"] says="These are the best actions"
def value_iteration(transitions, rewards, discount, tolerance=1e-9):
    values = np.zeros(len(rewards))
    while True:
        better = bellman_backup(values, transitions, rewards, discount).max(axis=1)
        if np.max(np.abs(better - values)) <= tolerance:
            return bellman_backup(better, transitions, rewards, discount).argmax(axis=1)
        values = better


# %% In place, state by state alternative="value_iteration"
def value_iteration(transitions, rewards, discount, tolerance=1e-9):
    values, change = np.zeros(len(rewards)), math.inf
    while change > tolerance:
        change = 0.0
        for state in range(len(values)):
            best = max(rewards[state] + discount * transitions[state] @ values)
            change, values[state] = max(change, abs(best - values[state])), best
    return values


# %% Float32, a fixed number of sweeps that is large alternative="value_iteration"
def value_iteration(transitions, rewards, discount, tolerance=1e-9):
    values = np.zeros(len(rewards), "float32")
    for _ in range(2000):
        values = np.max(rewards + discount * transitions @ values, axis=-1).astype("float32")
    return values


# %% One round mistake="policy_iteration" fails=["a corridor", "a slippery maze", "rewards of either sign", "many actions of the same worth", "other worlds"] says="One round is not enough"
def policy_iteration(transitions, rewards, discount):
    table = np.eye(rewards.shape[1])[np.zeros(len(rewards), int)]
    values = policy_evaluation(table, transitions, rewards, discount)
    policy = bellman_backup(values, transitions, rewards, discount).argmax(axis=1)
    return policy, policy_evaluation(
        np.eye(rewards.shape[1])[policy], transitions, rewards, discount
    )


# %% Never improves mistake="policy_iteration" fails=["a corridor", "a slippery maze", "rewards of either sign", "many actions of the same worth", "other worlds"] says="This is the policy that you began with"
def policy_iteration(transitions, rewards, discount):
    num_states, num_actions = np.shape(rewards)
    policy = np.zeros(num_states, int)
    while True:
        table = np.eye(num_actions)[policy]  # (states, actions)
        values = policy_evaluation(table, transitions, rewards, discount)
        q = bellman_backup(values, transitions, rewards, discount)
        better = q.max(axis=1) > q[np.arange(num_states), policy] + 1e-8
        if True:
            return policy, values
        policy = np.where(better, q.argmax(axis=1), policy)


# %% Greedy for the reward mistake="policy_iteration" fails=["a corridor", "a slippery maze", "rewards of either sign", "many actions of the same worth", "other worlds"] says="One round is not enough" subtle=true
def policy_iteration(transitions, rewards, discount):
    policy = np.argmax(rewards, axis=1)
    table = np.eye(rewards.shape[1])[policy]
    return policy, policy_evaluation(table, transitions, rewards, discount)


# %% Stops when one state is content mistake="policy_iteration" fails=["a corridor", "a slippery maze", "rewards of either sign", "many actions of the same worth", "other worlds"] says="This is the policy that you began with" subtle=true
def policy_iteration(transitions, rewards, discount):
    num_states, num_actions = np.shape(rewards)
    policy = np.zeros(num_states, int)
    while True:
        table = np.eye(num_actions)[policy]  # (states, actions)
        values = policy_evaluation(table, transitions, rewards, discount)
        q = bellman_backup(values, transitions, rewards, discount)
        better = q.max(axis=1) > q[np.arange(num_states), policy] + 1e-8
        if not better.all():
            return policy, values
        policy = np.where(better, q.argmax(axis=1), policy)


# %% Improves to the worst mistake="policy_iteration" fails=["a corridor", "a slippery maze", "rewards of either sign", "many actions of the same worth", "other worlds"] says="This is the policy that you began with"
def policy_iteration(transitions, rewards, discount):
    num_states, num_actions = np.shape(rewards)
    policy = np.zeros(num_states, int)
    while True:
        table = np.eye(num_actions)[policy]  # (states, actions)
        values = policy_evaluation(table, transitions, rewards, discount)
        q = bellman_backup(values, transitions, rewards, discount)
        better = q.min(axis=1) < q[np.arange(num_states), policy] - 1e-8
        if not better.any():
            return policy, values
        policy = np.where(better, q.argmin(axis=1), policy)


# %% Gives what every action is worth mistake="policy_iteration" fails=["a corridor", "a slippery maze", "rewards of either sign", "many actions of the same worth", "other worlds"] says="The policy is right"
def policy_iteration(transitions, rewards, discount):
    num_states, num_actions = np.shape(rewards)
    policy = np.zeros(num_states, int)
    while True:
        table = np.eye(num_actions)[policy]  # (states, actions)
        values = policy_evaluation(table, transitions, rewards, discount)
        q = bellman_backup(values, transitions, rewards, discount)
        better = q.max(axis=1) > q[np.arange(num_states), policy] + 1e-8
        if not better.any():
            return policy, q
        policy = np.where(better, q.argmax(axis=1), policy)


# %% Values of the reward alone mistake="policy_iteration" fails=["a corridor", "a slippery maze", "rewards of either sign", "many actions of the same worth", "other worlds"] says="The policy is right" subtle=true
def policy_iteration(transitions, rewards, discount):
    num_states, num_actions = np.shape(rewards)
    policy = np.zeros(num_states, int)
    while True:
        table = np.eye(num_actions)[policy]  # (states, actions)
        values = policy_evaluation(table, transitions, rewards, discount)
        q = bellman_backup(values, transitions, rewards, discount)
        better = q.max(axis=1) > q[np.arange(num_states), policy] + 1e-8
        if not better.any():
            return policy, rewards[np.arange(num_states), policy]
        policy = np.where(better, q.argmax(axis=1), policy)


# %% One state at a time alternative="policy_iteration"
def policy_iteration(transitions, rewards, discount):
    policy = [0] * len(rewards)
    changed = True
    while changed:
        changed = False
        values = policy_evaluation(np.eye(rewards.shape[1])[policy], transitions, rewards, discount)
        q = bellman_backup(values, transitions, rewards, discount)
        for state, row in enumerate(q):
            if max(row) > row[policy[state]] + 1e-9:
                policy[state], changed = int(np.argmax(row)), True
    return np.array(policy), values


# %% Stops when the values rest alternative="policy_iteration"
def policy_iteration(transitions, rewards, discount):
    policy, before = np.zeros(len(rewards), int), None
    while True:
        values = policy_evaluation(np.eye(rewards.shape[1])[policy], transitions, rewards, discount)
        if before is not None and np.allclose(values, before, rtol=0, atol=1e-9):
            return policy.astype("int32"), values.astype("float32")
        policy, before = (
            bellman_backup(values, transitions, rewards, discount).argmax(axis=1),
            values,
        )


# %% The wrong way round mistake="epsilon_greedy" fails=["greedy without ε", "how often each action comes", "several are best", "other numbers"] says="With ε = 0 it should always take the action with the largest q"
def epsilon_greedy(q, epsilon, rng):
    if rng.random() > epsilon:
        return int(rng.integers(len(q)))
    best = np.flatnonzero(q == np.max(q))
    return int(best[rng.integers(len(best))])


# %% Always the first of the best mistake="epsilon_greedy" fails=["several are best", "other numbers"] says="When several actions are best it always takes the same one of them" subtle=true
def epsilon_greedy(q, epsilon, rng):
    if rng.random() < epsilon:
        return int(rng.integers(len(q)))
    best = np.flatnonzero(q == np.max(q))
    return int(best[0])


# %% Explores among the others only mistake="epsilon_greedy" fails=["how often each action comes", "other numbers"] says="With probability ε take any action" subtle=true
def epsilon_greedy(q, epsilon, rng):
    best = np.flatnonzero(q == np.max(q))
    others = np.flatnonzero(q != np.max(q))
    if len(others) and rng.random() < epsilon:
        return int(rng.choice(others))
    return int(rng.choice(best))


# %% Misses the last action mistake="epsilon_greedy" fails=["how often each action comes", "other numbers"] says="The last action never comes" subtle=true
def epsilon_greedy(q, epsilon, rng):
    if rng.random() < epsilon:
        return int(rng.integers(len(q) - 1))
    best = np.flatnonzero(q == np.max(q))
    return int(best[rng.integers(len(best))])


# %% Another source of chance mistake="epsilon_greedy" fails=["all chance comes from the generator"] says="The same generator should give the same actions" subtle=true
def epsilon_greedy(q, epsilon, rng):
    if np.random.rand() < epsilon:
        return int(rng.integers(len(q)))
    best = np.flatnonzero(q == np.max(q))
    return int(best[rng.integers(len(best))])


# %% Never explores mistake="epsilon_greedy" fails=["how often each action comes", "all chance comes from the generator", "other numbers"] says="It never explores"
def epsilon_greedy(q, epsilon, rng):
    best = np.flatnonzero(q == np.max(q))
    return int(best[rng.integers(len(best))])


# %% Gives the value mistake="epsilon_greedy" fails=["greedy without ε", "how often each action comes", "several are best", "all chance comes from the generator", "other numbers"] says="Return the number of an action"
def epsilon_greedy(q, epsilon, rng):
    if rng.random() < epsilon:
        return int(rng.integers(len(q)))
    best = np.flatnonzero(q == np.max(q))
    return q[best[0]]


# %% By probabilities alternative="epsilon_greedy"
def epsilon_greedy(q, epsilon, rng):
    best = np.asarray(q) == max(q)
    return rng.choice(len(q), p=epsilon / len(q) + (1 - epsilon) * best / best.sum())


# %% Ties broken by tiny noise alternative="epsilon_greedy"
def epsilon_greedy(q, epsilon, rng):
    if rng.uniform() >= epsilon:
        return np.argmax(q + 1e-9 * rng.random(len(q)))
    return rng.integers(0, len(q))


# %% Looks past the end mistake="q_learning_update" fails=["into a terminal state", "whole numbers, other sizes"] says="After a terminal state nothing is earned" subtle=true
def q_learning_update(q, state, action, reward, next_state, terminated, learning_rate, discount):
    new = np.array(q, float)
    target = reward + discount * new[next_state].max()
    new[state, action] += learning_rate * (target - new[state, action])
    return new


# %% Learns nothing at the end mistake="q_learning_update" fails=["into a terminal state", "whole numbers, other sizes"] says="Nothing was learned from the last step"
def q_learning_update(q, state, action, reward, next_state, terminated, learning_rate, discount):
    new = np.array(q, float)
    target = reward + discount * new[next_state].max()
    if terminated:
        return new
    new[state, action] += learning_rate * (target - new[state, action])
    return new


# %% The same action again mistake="q_learning_update" fails=["one step", "back to the same state", "whole numbers, other sizes"] says="The next state counts with its best action" subtle=true
def q_learning_update(q, state, action, reward, next_state, terminated, learning_rate, discount):
    new = np.array(q, float)
    target = reward if terminated else reward + discount * new[next_state, action]
    new[state, action] += learning_rate * (target - new[state, action])
    return new


# %% Jumps to the target mistake="q_learning_update" fails=["one step", "into a terminal state", "back to the same state", "whole numbers, other sizes"] says="The learning rate is missing"
def q_learning_update(q, state, action, reward, next_state, terminated, learning_rate, discount):
    new = np.array(q, float)
    target = reward if terminated else reward + discount * new[next_state].max()
    new[state, action] = target
    return new


# %% Forgets the discount mistake="q_learning_update" fails=["one step", "back to the same state", "whole numbers, other sizes"] says="The discount is missing"
def q_learning_update(q, state, action, reward, next_state, terminated, learning_rate, discount):
    new = np.array(q, float)
    target = reward if terminated else reward + new[next_state].max()
    new[state, action] += learning_rate * (target - new[state, action])
    return new


# %% Adds the target mistake="q_learning_update" fails=["one step", "into a terminal state", "back to the same state", "whole numbers, other sizes"] says="The old value is missing from the error"
def q_learning_update(q, state, action, reward, next_state, terminated, learning_rate, discount):
    new = np.array(q, float)
    target = reward if terminated else reward + discount * new[next_state].max()
    new[state, action] += learning_rate * target
    return new


# %% In place mistake="q_learning_update" fails=["leaves its argument alone", "whole numbers, other sizes"] says="Your function changed its argument `q` itself" subtle=true
def q_learning_update(q, state, action, reward, next_state, terminated, learning_rate, discount):
    new = q
    target = reward if terminated else reward + discount * new[next_state].max()
    new[state, action] += learning_rate * (target - new[state, action])
    return new


# %% The whole row mistake="q_learning_update" fails=["one step", "into a terminal state", "back to the same state", "whole numbers, other sizes"] says="Only the action taken was tried"
def q_learning_update(q, state, action, reward, next_state, terminated, learning_rate, discount):
    new = np.array(q, float)
    target = reward if terminated else reward + discount * new[next_state].max()
    new[state] += learning_rate * (target - new[state])
    return new


# %% In whole numbers mistake="q_learning_update" fails=["whole numbers, other sizes"] says="The new value was cut to a whole number" subtle=true
def q_learning_update(q, state, action, reward, next_state, terminated, learning_rate, discount):
    new = np.array(q)
    target = reward if terminated else reward + discount * new[next_state].max()
    new[state, action] += learning_rate * (target - new[state, action])
    return new


# %% As a mixture alternative="q_learning_update"
def q_learning_update(q, state, action, reward, next_state, terminated, learning_rate, discount):
    following = 0.0 if terminated else max(q[next_state])
    new = np.asarray(q).astype("float32")
    old = q[state][action]
    new[state, action] = (1 - learning_rate) * old + learning_rate * (reward + discount * following)
    return new


# %% With a mask alternative="q_learning_update"
def q_learning_update(q, state, action, reward, next_state, terminated, learning_rate, discount):
    error = reward + discount * (1 - int(terminated)) * np.max(q[next_state]) - q[state, action]
    here = np.zeros(np.shape(q))
    here[state, action] = 1
    return q + learning_rate * error * here


# %% Stays in the first state mistake="train_q_learning" fails=["the greedy path is a shortest one", "the values in the table", "the return of every episode", "seed and ε are used", "a larger maze"] says="The table q is still all zeros"
def train_q_learning(
    walls, start, goal, episodes, epsilon, learning_rate=0.5, discount=0.9, seed=0
):
    rng, q, returns = np.random.default_rng(seed), np.zeros((walls.size, 4)), []
    for _ in range(episodes):
        state, earned = start, []
        for _ in range(1000):
            action = epsilon_greedy(q[state], epsilon, rng)
            next_state, reward, terminated = maze_step(walls, goal, state, action)
            experience = (state, action, reward, next_state, terminated)
            q = q_learning_update(q, *experience, learning_rate, discount)
            earned.append(reward)
            if terminated:
                break
        returns.append(discounted_returns(earned, discount)[0])
    return q, np.array(returns)


# %% Throws away what it learned mistake="train_q_learning" fails=["the greedy path is a shortest one", "the values in the table", "the return of every episode", "seed and ε are used", "a larger maze"] says="The table q is still all zeros"
def train_q_learning(
    walls, start, goal, episodes, epsilon, learning_rate=0.5, discount=0.9, seed=0
):
    rng, q, returns = np.random.default_rng(seed), np.zeros((walls.size, 4)), []
    for _ in range(episodes):
        state, earned = start, []
        for _ in range(1000):
            action = epsilon_greedy(q[state], epsilon, rng)
            next_state, reward, terminated = maze_step(walls, goal, state, action)
            experience = (state, action, reward, next_state, terminated)
            q_learning_update(q, *experience, learning_rate, discount)
            earned.append(reward)
            state = next_state
            if terminated:
                break
        returns.append(discounted_returns(earned, discount)[0])
    return q, np.array(returns)


# %% The same chance in every episode mistake="train_q_learning" fails=["the greedy path is a shortest one", "the values in the table"] says="The agent takes a longer way than it needs" subtle=true
def train_q_learning(
    walls, start, goal, episodes, epsilon, learning_rate=0.5, discount=0.9, seed=0
):
    q, returns = np.zeros((walls.size, 4)), []
    for _ in range(episodes):
        rng, state, earned = np.random.default_rng(seed), start, []
        for _ in range(1000):
            action = epsilon_greedy(q[state], epsilon, rng)
            next_state, reward, terminated = maze_step(walls, goal, state, action)
            experience = (state, action, reward, next_state, terminated)
            q = q_learning_update(q, *experience, learning_rate, discount)
            earned.append(reward)
            state = next_state
            if terminated:
                break
        returns.append(discounted_returns(earned, discount)[0])
    return q, np.array(returns)


# %% Goes on after the goal mistake="train_q_learning" fails=["the values in the table", "the return of every episode"] says="The row q[goal] was changed"
def train_q_learning(
    walls, start, goal, episodes, epsilon, learning_rate=0.5, discount=0.9, seed=0
):
    rng, q, returns = np.random.default_rng(seed), np.zeros((walls.size, 4)), []
    for _ in range(episodes):
        state, earned = start, []
        for _ in range(1000):
            action = epsilon_greedy(q[state], epsilon, rng)
            next_state, reward, terminated = maze_step(walls, goal, state, action)
            experience = (state, action, reward, next_state, terminated)
            q = q_learning_update(q, *experience, learning_rate, discount)
            earned.append(reward)
            state = next_state
        returns.append(discounted_returns(earned, discount)[0])
    return q, np.array(returns)


# %% Forgets ε mistake="train_q_learning" fails=["seed and ε are used"] says="With ε = 1 an agent still walks at random in its last episodes" subtle=true
def train_q_learning(
    walls, start, goal, episodes, epsilon, learning_rate=0.5, discount=0.9, seed=0
):
    rng, q, returns = np.random.default_rng(seed), np.zeros((walls.size, 4)), []
    for _ in range(episodes):
        state, earned = start, []
        for _ in range(1000):
            action = epsilon_greedy(q[state], 0.5, rng)
            next_state, reward, terminated = maze_step(walls, goal, state, action)
            experience = (state, action, reward, next_state, terminated)
            q = q_learning_update(q, *experience, learning_rate, discount)
            earned.append(reward)
            state = next_state
            if terminated:
                break
        returns.append(discounted_returns(earned, discount)[0])
    return q, np.array(returns)


# %% Returns without discount mistake="train_q_learning" fails=["the return of every episode", "seed and ε are used"] says="The returns are too large" subtle=true
def train_q_learning(
    walls, start, goal, episodes, epsilon, learning_rate=0.5, discount=0.9, seed=0
):
    rng, q, returns = np.random.default_rng(seed), np.zeros((walls.size, 4)), []
    for _ in range(episodes):
        state, earned = start, []
        for _ in range(1000):
            action = epsilon_greedy(q[state], epsilon, rng)
            next_state, reward, terminated = maze_step(walls, goal, state, action)
            experience = (state, action, reward, next_state, terminated)
            q = q_learning_update(q, *experience, learning_rate, discount)
            earned.append(reward)
            state = next_state
            if terminated:
                break
        returns.append(sum(earned))
    return q, np.array(returns)


# %% A discount of its own mistake="train_q_learning" fails=["the values in the table"] says="The discount that was passed is not used" subtle=true
def train_q_learning(
    walls, start, goal, episodes, epsilon, learning_rate=0.5, discount=0.9, seed=0
):
    rng, q, returns = np.random.default_rng(seed), np.zeros((walls.size, 4)), []
    for _ in range(episodes):
        state, earned = start, []
        for _ in range(1000):
            action = epsilon_greedy(q[state], epsilon, rng)
            next_state, reward, terminated = maze_step(walls, goal, state, action)
            experience = (state, action, reward, next_state, terminated)
            q = q_learning_update(q, *experience, learning_rate, 0.9)
            earned.append(reward)
            state = next_state
            if terminated:
                break
        returns.append(discounted_returns(earned, discount)[0])
    return q, np.array(returns)


# %% Looks up the wrong state mistake="train_q_learning" fails=["the greedy path is a shortest one", "the values in the table", "the return of every episode", "seed and ε are used", "a larger maze"] says="The largest q does not lead from start to goal"
def train_q_learning(
    walls, start, goal, episodes, epsilon, learning_rate=0.5, discount=0.9, seed=0
):
    rng, q, returns = np.random.default_rng(seed), np.zeros((walls.size, 4)), []
    for _ in range(episodes):
        state, earned = start, []
        for _ in range(1000):
            action = epsilon_greedy(q[state], epsilon, rng)
            next_state, reward, terminated = maze_step(walls, goal, state, action)
            experience = (next_state, action, reward, next_state, terminated)
            q = q_learning_update(q, *experience, learning_rate, discount)
            earned.append(reward)
            state = next_state
            if terminated:
                break
        returns.append(discounted_returns(earned, discount)[0])
    return q, np.array(returns)


# %% In place, by its own formula alternative="train_q_learning"
def train_q_learning(
    walls, start, goal, episodes, epsilon, learning_rate=0.5, discount=0.9, seed=0
):
    rng = np.random.default_rng(seed)
    q, returns = np.zeros((walls.size, 4), "float32"), np.zeros(episodes)
    for episode in range(episodes):
        state = start
        for move in range(1000):
            action = epsilon_greedy(q[state], epsilon, rng)
            reached, reward, terminated = maze_step(walls, goal, state, action)
            following = 0 if terminated else q[reached].max()
            q[state, action] += learning_rate * (reward + discount * following - q[state, action])
            returns[episode] += discount**move * reward
            if terminated:
                break
            state = reached
    return q, returns


# %% With a while loop alternative="train_q_learning"
def train_q_learning(
    walls, start, goal, episodes, epsilon, learning_rate=0.5, discount=0.9, seed=0
):
    rng, q, returns = np.random.default_rng(seed), np.zeros((walls.size, 4)), []
    while len(returns) < episodes:
        state, terminated, rewards = start, False, []
        while not terminated and len(rewards) < 1000:
            action = epsilon_greedy(q[state], epsilon, rng)
            reached, reward, terminated = maze_step(walls, goal, state, action)
            q = q_learning_update(
                q, state, action, reward, reached, terminated, learning_rate, discount
            )
            state = reached
            rewards.append(reward)
        returns.append(float(discounted_returns(np.array(rewards), discount)[0]))
    return q, np.array(returns)


# %% Uphill mistake="reinforce_loss" fails=["by the formula", "large logits", "the slopes", "other sizes"] says="The sign is turned"
def reinforce_loss(logits, actions, returns):
    logits = ops.convert_to_tensor(logits)
    log_probs = ops.log_softmax(logits, axis=-1)  # (steps, actions)
    taken = ops.one_hot(actions, logits.shape[-1], dtype=logits.dtype)
    chosen = ops.sum(taken * log_probs, axis=-1)  # (steps,)
    return ops.mean(ops.cast(returns, logits.dtype) * chosen)


# %% The sum mistake="reinforce_loss" fails=["by the formula", "large logits", "the slopes", "other sizes"] says="This is the sum over the steps"
def reinforce_loss(logits, actions, returns):
    logits = ops.convert_to_tensor(logits)
    log_probs = ops.log_softmax(logits, axis=-1)  # (steps, actions)
    taken = ops.one_hot(actions, logits.shape[-1], dtype=logits.dtype)
    chosen = ops.sum(taken * log_probs, axis=-1)  # (steps,)
    return -ops.sum(ops.cast(returns, logits.dtype) * chosen)


# %% Forgets the returns mistake="reinforce_loss" fails=["by the formula", "large logits", "the slopes", "other sizes"] says="The returns are missing"
def reinforce_loss(logits, actions, returns):
    logits = ops.convert_to_tensor(logits)
    log_probs = ops.log_softmax(logits, axis=-1)  # (steps, actions)
    taken = ops.one_hot(actions, logits.shape[-1], dtype=logits.dtype)
    chosen = ops.sum(taken * log_probs, axis=-1)  # (steps,)
    return -ops.mean(chosen)


# %% The mean return for all mistake="reinforce_loss" fails=["by the formula", "large logits", "the slopes", "other sizes"] says="Every step got the same weight" subtle=true
def reinforce_loss(logits, actions, returns):
    logits = ops.convert_to_tensor(logits)
    log_probs = ops.log_softmax(logits, axis=-1)  # (steps, actions)
    taken = ops.one_hot(actions, logits.shape[-1], dtype=logits.dtype)
    chosen = ops.sum(taken * log_probs, axis=-1)  # (steps,)
    return -ops.mean(ops.mean(ops.cast(returns, logits.dtype)) * chosen)


# %% Probabilities, no logarithm mistake="reinforce_loss" fails=["by the formula", "large logits", "the slopes", "other sizes"] says="The logarithm is missing" subtle=true
def reinforce_loss(logits, actions, returns):
    logits = ops.convert_to_tensor(logits)
    log_probs = ops.softmax(logits, axis=-1)  # (steps, actions)
    taken = ops.one_hot(actions, logits.shape[-1], dtype=logits.dtype)
    chosen = ops.sum(taken * log_probs, axis=-1)  # (steps,)
    return -ops.mean(ops.cast(returns, logits.dtype) * chosen)


# %% The log of a softmax mistake="reinforce_loss" fails=["large logits"] says="Not finite" subtle=true
def reinforce_loss(logits, actions, returns):
    logits = ops.convert_to_tensor(logits)
    log_probs = ops.log(ops.softmax(logits, axis=-1))  # (steps, actions)
    taken = ops.one_hot(actions, logits.shape[-1], dtype=logits.dtype)
    chosen = ops.sum(taken * log_probs, axis=-1)  # (steps,)
    return -ops.mean(ops.cast(returns, logits.dtype) * chosen)


# %% Softmax over the steps mistake="reinforce_loss" fails=["by the formula", "large logits", "the slopes", "other sizes"] says="The softmax goes over the actions" subtle=true
def reinforce_loss(logits, actions, returns):
    logits = ops.convert_to_tensor(logits)
    log_probs = ops.log_softmax(logits, axis=0)  # (steps, actions)
    taken = ops.one_hot(actions, logits.shape[-1], dtype=logits.dtype)
    chosen = ops.sum(taken * log_probs, axis=-1)  # (steps,)
    return -ops.mean(ops.cast(returns, logits.dtype) * chosen)


# %% Mean over the actions too mistake="reinforce_loss" fails=["by the formula", "large logits", "the slopes", "other sizes"] says="The mean goes over the steps only"
def reinforce_loss(logits, actions, returns):
    logits = ops.convert_to_tensor(logits)
    log_probs = ops.log_softmax(logits, axis=-1)  # (steps, actions)
    taken = ops.one_hot(actions, logits.shape[-1], dtype=logits.dtype)
    chosen = ops.mean(taken * log_probs, axis=-1)  # (steps,)
    return -ops.mean(ops.cast(returns, logits.dtype) * chosen)


# %% In NumPy mistake="reinforce_loss" fails=["the slopes"] says="Your code raised ValueError"
def reinforce_loss(logits, actions, returns):
    logits = ops.convert_to_numpy(logits)
    shifted = logits - logits.max(axis=-1, keepdims=True)
    log_probs = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    return -np.mean(returns * log_probs[np.arange(len(actions)), actions])


# %% As a weighted cross-entropy alternative="reinforce_loss"
def reinforce_loss(logits, actions, returns):
    each = keras.losses.sparse_categorical_crossentropy(
        ops.convert_to_tensor(actions), ops.convert_to_tensor(logits), from_logits=True
    )
    return ops.mean(each * ops.cast(returns, each.dtype))


# %% With logsumexp alternative="reinforce_loss"
def reinforce_loss(logits, actions, returns):
    logits = ops.convert_to_tensor(logits)
    places = ops.expand_dims(ops.cast(actions, "int32"), -1)
    chosen = ops.take_along_axis(logits, places, axis=-1)[:, 0] - ops.logsumexp(logits, axis=-1)
    return ops.sum(-ops.cast(returns, logits.dtype) * chosen) / len(actions)


# %% Uphill mistake="train_reinforce" fails=["one update", "it finds the way", "the seed decides; another maze"] says="The step into the goal became less probable"
def train_reinforce(
    walls, start, goal, updates=80, num_episodes=20, learning_rate=200.0, discount=0.9, seed=0
):
    rng, logits = np.random.default_rng(seed), np.zeros((walls.size, 4), "float32")
    history = []
    for _ in range(updates):
        episodes = [play(walls, start, goal, logits, rng) for _ in range(num_episodes)]
        earned = [discounted_returns(rewards, discount) for _, _, rewards in episodes]
        states = np.concatenate([states for states, _, _ in episodes])  # (steps,)
        actions = np.concatenate([actions for _, actions, _ in episodes])
        returns = np.concatenate(earned).astype("float32")
        loss = lambda table: reinforce_loss(ops.take(table, states, axis=0), actions, returns)
        _, gradient = gradients.value_and_grad(loss)(logits)
        logits = logits + learning_rate * ops.convert_to_numpy(gradient)
        history.append(np.mean([first[0] for first in earned]))
    return logits, np.array(history)


# %% Weights each step by its own reward mistake="train_reinforce" fails=["it finds the way", "the seed decides; another maze"] says="At least 85% are needed" subtle=true
def train_reinforce(
    walls, start, goal, updates=80, num_episodes=20, learning_rate=200.0, discount=0.9, seed=0
):
    rng, logits = np.random.default_rng(seed), np.zeros((walls.size, 4), "float32")
    history = []
    for _ in range(updates):
        episodes = [play(walls, start, goal, logits, rng) for _ in range(num_episodes)]
        earned = [discounted_returns(rewards, discount) for _, _, rewards in episodes]
        states = np.concatenate([states for states, _, _ in episodes])  # (steps,)
        actions = np.concatenate([actions for _, actions, _ in episodes])
        returns = np.concatenate([rewards for _, _, rewards in episodes]).astype("float32")
        loss = lambda table: reinforce_loss(ops.take(table, states, axis=0), actions, returns)
        _, gradient = gradients.value_and_grad(loss)(logits)
        logits = logits - learning_rate * ops.convert_to_numpy(gradient)
        history.append(np.mean([first[0] for first in earned]))
    return logits, np.array(history)


# %% Always plays with the first policy mistake="train_reinforce" fails=["it finds the way", "the seed decides; another maze"] says="At least 85% are needed" subtle=true
def train_reinforce(
    walls, start, goal, updates=80, num_episodes=20, learning_rate=200.0, discount=0.9, seed=0
):
    rng, logits = np.random.default_rng(seed), np.zeros((walls.size, 4), "float32")
    history = []
    for _ in range(updates):
        episodes = [
            play(walls, start, goal, np.zeros((walls.size, 4)), rng) for _ in range(num_episodes)
        ]
        earned = [discounted_returns(rewards, discount) for _, _, rewards in episodes]
        states = np.concatenate([states for states, _, _ in episodes])  # (steps,)
        actions = np.concatenate([actions for _, actions, _ in episodes])
        returns = np.concatenate(earned).astype("float32")
        loss = lambda table: reinforce_loss(ops.take(table, states, axis=0), actions, returns)
        _, gradient = gradients.value_and_grad(loss)(logits)
        logits = logits - learning_rate * ops.convert_to_numpy(gradient)
        history.append(np.mean([first[0] for first in earned]))
    return logits, np.array(history)


# %% The same chance in every update mistake="train_reinforce" fails=["the returns that are reported", "it finds the way"] says="Both updates played the very same episodes" subtle=true
def train_reinforce(
    walls, start, goal, updates=80, num_episodes=20, learning_rate=200.0, discount=0.9, seed=0
):
    rng, logits = np.random.default_rng(seed), np.zeros((walls.size, 4), "float32")
    history = []
    for _ in range(updates):
        rng = np.random.default_rng(seed)
        episodes = [play(walls, start, goal, logits, rng) for _ in range(num_episodes)]
        earned = [discounted_returns(rewards, discount) for _, _, rewards in episodes]
        states = np.concatenate([states for states, _, _ in episodes])  # (steps,)
        actions = np.concatenate([actions for _, actions, _ in episodes])
        returns = np.concatenate(earned).astype("float32")
        loss = lambda table: reinforce_loss(ops.take(table, states, axis=0), actions, returns)
        _, gradient = gradients.value_and_grad(loss)(logits)
        logits = logits - learning_rate * ops.convert_to_numpy(gradient)
        history.append(np.mean([first[0] for first in earned]))
    return logits, np.array(history)


# %% Reports sums of rewards mistake="train_reinforce" fails=["the returns that are reported"] says="With learning rate 0 both updates report the mean return from the start of a blind walker"
def train_reinforce(
    walls, start, goal, updates=80, num_episodes=20, learning_rate=200.0, discount=0.9, seed=0
):
    rng, logits = np.random.default_rng(seed), np.zeros((walls.size, 4), "float32")
    history = []
    for _ in range(updates):
        episodes = [play(walls, start, goal, logits, rng) for _ in range(num_episodes)]
        earned = [discounted_returns(rewards, discount) for _, _, rewards in episodes]
        states = np.concatenate([states for states, _, _ in episodes])  # (steps,)
        actions = np.concatenate([actions for _, actions, _ in episodes])
        returns = np.concatenate(earned).astype("float32")
        loss = lambda table: reinforce_loss(ops.take(table, states, axis=0), actions, returns)
        _, gradient = gradients.value_and_grad(loss)(logits)
        logits = logits - learning_rate * ops.convert_to_numpy(gradient)
        history.append(np.mean([sum(rewards) for _, _, rewards in episodes]))
    return logits, np.array(history)


# %% An average taken by hand alternative="train_reinforce"
def train_reinforce(
    walls, start, goal, updates=80, num_episodes=20, learning_rate=200.0, discount=0.9, seed=0
):
    rng, logits = np.random.default_rng(seed), np.zeros((walls.size, 4), "float32")
    history = np.zeros(updates)
    for update in range(updates):
        slope, steps = np.zeros_like(logits), 0
        for _ in range(num_episodes):
            states, actions, rewards = play(walls, start, goal, logits, rng)
            returns = discounted_returns(rewards, discount)
            history[update] += returns[0] / num_episodes
            for state, action, weight in zip(states, actions, returns):
                probs = np.exp(logits[state] - logits[state].max())
                slope[state] += weight * (probs / probs.sum() - np.eye(4)[action])
            steps += len(states)
        logits = logits - learning_rate * slope / steps
    return logits, history


# %% With a baseline alternative="train_reinforce"
def train_reinforce(
    walls, start, goal, updates=80, num_episodes=20, learning_rate=200.0, discount=0.9, seed=0
):
    rng, logits = np.random.default_rng(seed), np.zeros((walls.size, 4), "float32")
    history = []
    for _ in range(updates):
        episodes = [play(walls, start, goal, logits, rng) for _ in range(num_episodes)]
        earned = [discounted_returns(rewards, discount) for _, _, rewards in episodes]
        states = np.concatenate([states for states, _, _ in episodes])  # (steps,)
        actions = np.concatenate([actions for _, actions, _ in episodes])
        returns = np.concatenate(earned).astype("float32")
        returns = returns - returns.mean()
        loss = lambda table: reinforce_loss(ops.take(table, states, axis=0), actions, returns)
        _, gradient = gradients.value_and_grad(loss)(logits)
        logits = logits - learning_rate * ops.convert_to_numpy(gradient)
        history.append(np.mean([first[0] for first in earned]))
    return logits, np.array(history)


# %% No bonus mistake="ucb_score" fails=["one child", "more losses than wins", "many numbers"] says="This is the mean result"
def ucb_score(total, visits, parent_visits, exploration):
    if visits == 0:
        return math.inf
    return total / visits


# %% Without the root mistake="ucb_score" fails=["one child", "more losses than wins", "many numbers"] says="The square root is missing" subtle=true
def ucb_score(total, visits, parent_visits, exploration):
    if visits == 0:
        return math.inf
    return total / visits + exploration * math.log(parent_visits) / visits


# %% Without the logarithm mistake="ucb_score" fails=["one child", "more losses than wins", "many numbers"] says="The logarithm is missing"
def ucb_score(total, visits, parent_visits, exploration):
    if visits == 0:
        return math.inf
    return total / visits + exploration * math.sqrt(parent_visits / visits)


# %% The logarithm of the child's visits mistake="ucb_score" fails=["one child", "more losses than wins", "many numbers"] says="Under the logarithm stands the parent's number of visits" subtle=true
def ucb_score(total, visits, parent_visits, exploration):
    if visits == 0:
        return math.inf
    return total / visits + exploration * math.sqrt(math.log(visits) / visits)


# %% Counts exchanged mistake="ucb_score" fails=["one child", "more losses than wins", "many numbers"] says="The two counts are exchanged" subtle=true
def ucb_score(total, visits, parent_visits, exploration):
    if visits == 0:
        return math.inf
    return total / visits + exploration * math.sqrt(math.log(visits) / parent_visits)


# %% The total, not the mean mistake="ucb_score" fails=["one child", "more losses than wins", "many numbers"] says="Divide the total by the visits"
def ucb_score(total, visits, parent_visits, exploration):
    if visits == 0:
        return math.inf
    return total + exploration * math.sqrt(math.log(parent_visits) / visits)


# %% No visits, no score mistake="ucb_score" fails=["a child without visits"] says="A child that was never visited comes first" subtle=true
def ucb_score(total, visits, parent_visits, exploration):
    if visits == 0:
        return 0.0
    return total / visits + exploration * math.sqrt(math.log(parent_visits) / visits)


# %% Adds one to be safe mistake="ucb_score" fails=["one child", "a child without visits", "more losses than wins", "many numbers"] says="Nothing is added to the counts"
def ucb_score(total, visits, parent_visits, exploration):
    return total / max(visits, 1) + exploration * math.sqrt(
        math.log(parent_visits + 1) / (visits + 1)
    )


# %% Pessimistic mistake="ucb_score" fails=["one child", "more losses than wins", "many numbers"] says="The bonus is added"
def ucb_score(total, visits, parent_visits, exploration):
    if visits == 0:
        return math.inf
    return total / visits - exploration * math.sqrt(math.log(parent_visits) / visits)


# %% In NumPy alternative="ucb_score"
def ucb_score(total, visits, parent_visits, exploration):
    with np.errstate(all="ignore"):
        bonus = np.sqrt(np.log(np.float64(parent_visits)) / visits) if visits else np.inf
    return bonus if visits == 0 else np.divide(total, visits) + exploration * bonus


# %% Powers of one half alternative="ucb_score"
def ucb_score(total, visits, parent_visits, exploration):
    if not visits:
        return float("inf")
    return (total + exploration * (visits * math.log(parent_visits)) ** 0.5) / visits


# %% The side to move mistake="back_up" fails=["player 1 has won", "player -1 has won", "other paths"] says="The signs are turned" subtle=true
def back_up(path, result):
    for node in path:
        node.visits += 1
        node.total += result * node.player


# %% The same for both mistake="back_up" fails=["player 1 has won", "player -1 has won", "other paths"] says="Every node got the same result"
def back_up(path, result):
    for node in path:
        node.visits += 1
        node.total -= -result


# %% Leaves out the root mistake="back_up" fails=["player 1 has won", "player -1 has won", "a draw", "other paths"] says="Only some nodes of the path were counted" subtle=true
def back_up(path, result):
    for node in path[1:]:
        node.visits += 1
        node.total -= result * node.player


# %% The leaf only mistake="back_up" fails=["player 1 has won", "player -1 has won", "a draw", "other paths"] says="Only some nodes of the path were counted"
def back_up(path, result):
    for node in path[-1:]:
        node.visits += 1
        node.total -= result * node.player


# %% Losses count nothing mistake="back_up" fails=["player 1 has won", "player -1 has won", "other paths"] says="A loss counts −1" subtle=true
def back_up(path, result):
    for node in path:
        node.visits += 1
        node.total += result == -node.player


# %% Forgets the visits mistake="back_up" fails=["player 1 has won", "player -1 has won", "a draw", "other paths"] says="The `visits` did not grow"
def back_up(path, result):
    for node in path:
        node.total -= result * node.player


# %% Keeps the last result mistake="back_up" fails=["player 1 has won", "player -1 has won", "a draw", "other paths"] says="The new result replaced the old total" subtle=true
def back_up(path, result):
    for node in path:
        node.visits += 1
        node.total = -result * node.player


# %% Turned at every step alternative="back_up"
def back_up(path, result):
    gain = result * -path[-1].player
    for node in reversed(path):
        node.visits = node.visits + 1
        node.total = node.total + gain
        gain = -gain


# %% Case by case alternative="back_up"
def back_up(path, result):
    for node in path:
        node.visits += 1
        if result != 0:
            node.total += -1 if result == node.player else 1


# %% Never expands mistake="tree_search" fails=["looks further than random games"] says="It took a threat that loses by force" subtle=true
def tree_search(board, player, simulations, exploration=1.0, seed=0):
    def expand(node):
        for move in legal_moves(node.board):
            node.children[move] = Node(played(node.board, move, node.player), -node.player)

    rng, root = np.random.default_rng(seed), Node(board, player)
    expand(root)
    for _ in range(simulations):
        node, path = root, [root]
        while node.children:
            above = node.visits
            score = lambda child: ucb_score(child.total, child.visits, above, exploration)
            node = max(node.children.values(), key=score)
            path.append(node)
        back_up(path, random_game(node.board, node.player, rng))
    return np.array([root.children[m].visits if m in root.children else 0 for m in range(9)])


# %% Both sides play for the same player mistake="tree_search" fails=["sees a win, sees a threat", "looks further than random games", "never loses, moving first", "never loses, moving second", "other seeds"] says="It misses a move that wins at once" subtle=true
def tree_search(board, player, simulations, exploration=1.0, seed=0):
    def expand(node):
        for move in legal_moves(node.board):
            node.children[move] = Node(played(node.board, move, node.player), node.player)

    rng, root = np.random.default_rng(seed), Node(board, player)
    expand(root)
    for _ in range(simulations):
        node, path = root, [root]
        while node.children:
            above = node.visits
            score = lambda child: ucb_score(child.total, child.visits, above, exploration)
            node = max(node.children.values(), key=score)
            path.append(node)
            if node.visits and not node.children:
                expand(node)
        back_up(path, random_game(node.board, node.player, rng))
    return np.array([root.children[m].visits if m in root.children else 0 for m in range(9)])


# %% Picks the worst mistake="tree_search" fails=["the visits add up", "sees a win, sees a threat", "looks further than random games", "never loses, moving first", "never loses, moving second", "other seeds"] says="A legal move was never tried"
def tree_search(board, player, simulations, exploration=1.0, seed=0):
    def expand(node):
        for move in legal_moves(node.board):
            node.children[move] = Node(played(node.board, move, node.player), -node.player)

    rng, root = np.random.default_rng(seed), Node(board, player)
    expand(root)
    for _ in range(simulations):
        node, path = root, [root]
        while node.children:
            above = node.visits
            score = lambda child: ucb_score(child.total, child.visits, above, exploration)
            node = min(node.children.values(), key=score)
            path.append(node)
            if node.visits and not node.children:
                expand(node)
        back_up(path, random_game(node.board, node.player, rng))
    return np.array([root.children[m].visits if m in root.children else 0 for m in range(9)])


# %% Tries moves by chance mistake="tree_search" fails=["sees a win, sees a threat", "looks further than random games", "never loses, moving first", "never loses, moving second", "other seeds"] says="It misses a move that wins at once" subtle=true
def tree_search(board, player, simulations, exploration=1.0, seed=0):
    def expand(node):
        for move in legal_moves(node.board):
            node.children[move] = Node(played(node.board, move, node.player), -node.player)

    rng, root = np.random.default_rng(seed), Node(board, player)
    expand(root)
    for _ in range(simulations):
        node, path = root, [root]
        while node.children:
            above = node.visits
            score = lambda child: ucb_score(child.total, child.visits, above, exploration)
            node = list(node.children.values())[rng.integers(len(node.children))]
            path.append(node)
            if node.visits and not node.children:
                expand(node)
        back_up(path, random_game(node.board, node.player, rng))
    return np.array([root.children[m].visits if m in root.children else 0 for m in range(9)])


# %% Forgets the exploration mistake="tree_search" fails=["sees a win, sees a threat", "looks further than random games", "never loses, moving second", "other seeds"] says="It took a threat that loses by force"
def tree_search(board, player, simulations, exploration=1.0, seed=0):
    def expand(node):
        for move in legal_moves(node.board):
            node.children[move] = Node(played(node.board, move, node.player), -node.player)

    rng, root = np.random.default_rng(seed), Node(board, player)
    expand(root)
    for _ in range(simulations):
        node, path = root, [root]
        while node.children:
            above = node.visits
            score = lambda child: ucb_score(child.total, child.visits, above, 0.0)
            node = max(node.children.values(), key=score)
            path.append(node)
            if node.visits and not node.children:
                expand(node)
        back_up(path, random_game(node.board, node.player, rng))
    return np.array([root.children[m].visits if m in root.children else 0 for m in range(9)])


# %% A new generator for every game mistake="tree_search" fails=["other seeds"] says="The same seed gave other visits" subtle=true
def tree_search(board, player, simulations, exploration=1.0, seed=0):
    def expand(node):
        for move in legal_moves(node.board):
            node.children[move] = Node(played(node.board, move, node.player), -node.player)

    rng, root = np.random.default_rng(seed), Node(board, player)
    expand(root)
    for _ in range(simulations):
        node, path = root, [root]
        while node.children:
            above = node.visits
            score = lambda child: ucb_score(child.total, child.visits, above, exploration)
            node = max(node.children.values(), key=score)
            path.append(node)
            if node.visits and not node.children:
                expand(node)
        back_up(path, random_game(node.board, node.player, np.random.default_rng()))
    return np.array([root.children[m].visits if m in root.children else 0 for m in range(9)])


# %% Backs up without the root mistake="tree_search" fails=["the visits add up", "sees a win, sees a threat", "looks further than random games", "never loses, moving first", "never loses, moving second", "other seeds"] says="Does every node of the path count its visits" subtle=true
def tree_search(board, player, simulations, exploration=1.0, seed=0):
    def expand(node):
        for move in legal_moves(node.board):
            node.children[move] = Node(played(node.board, move, node.player), -node.player)

    rng, root = np.random.default_rng(seed), Node(board, player)
    expand(root)
    for _ in range(simulations):
        node, path = root, [root]
        while node.children:
            above = node.visits
            score = lambda child: ucb_score(child.total, child.visits, above, exploration)
            node = max(node.children.values(), key=score)
            path.append(node)
            if node.visits and not node.children:
                expand(node)
        back_up(path[1:], random_game(node.board, node.player, rng))
    return np.array([root.children[m].visits if m in root.children else 0 for m in range(9)])


# %% One child at a time alternative="tree_search"
def tree_search(board, player, simulations, exploration=1.0, seed=0):
    rng, root = np.random.default_rng(seed), Node(board, player)
    for _ in range(simulations):
        path = [root]
        while True:
            node = path[-1]
            moves = legal_moves(node.board)
            untried = [move for move in moves if move not in node.children]
            if untried:
                move = untried[int(rng.integers(len(untried)))]
                node.children[move] = Node(played(node.board, move, node.player), -node.player)
                path.append(node.children[move])
                break
            if not moves:
                break
            scored = [
                (ucb_score(child.total, child.visits, node.visits, exploration), move)
                for move, child in node.children.items()
            ]
            path.append(node.children[max(scored)[1]])
        back_up(path, random_game(path[-1].board, path[-1].player, rng))
    visits = np.zeros(9)
    for move, child in root.children.items():
        visits[move] = child.visits
    return visits


# %% By recursion alternative="tree_search"
def tree_search(board, player, simulations, exploration=1.0, seed=0):
    rng = np.random.default_rng(seed)

    def simulate(path):
        node = path[-1]
        if not node.children and (node.visits or len(path) == 1):
            node.children = {
                move: Node(played(node.board, move, node.player), -node.player)
                for move in legal_moves(node.board)
            }
        if not node.children:
            return back_up(path, random_game(node.board, node.player, rng))
        children = list(node.children.values())
        scores = [ucb_score(c.total, c.visits, node.visits, exploration) for c in children]
        return simulate([*path, children[scores.index(max(scores))]])

    root = Node(board, player)
    for _ in range(simulations):
        simulate([root])
    return np.array([getattr(root.children.get(move), "visits", 0) for move in range(9)])
